"""The vocabulary of captions: adjectives of styles, nouns of genres, plain words for things.

Belongs here: words. Does not belong here: how a caption is put together (`captions`).
"""

STYLES = {
    "abstract expressionism": ("abstract expressionist",),
    "art nouveau modern": ("art nouveau",),
    "baroque": ("baroque",),
    "colour field": ("colour field", "color field"),
    "cubism": ("cubist",),
    "de stijl": ("de stijl", "neoplasticist"),
    "expressionism": ("expressionist",),
    "fauvism": ("fauvist", "fauve"),
    "impressionism": ("impressionist",),
    "minimalism": ("minimalist", "minimal"),
    "naive art primitivism": ("naive", "primitivist", "naive art"),
    "op art": ("op art", "optical"),
    "pointillism": ("pointillist", "divisionist", "neo impressionist"),
    "post impressionism": ("post impressionist",),
    "realism": ("realist",),
    "rococo": ("rococo",),
    "romanticism": ("romantic",),
    "symbolism": ("symbolist",),
    "tonalism": ("tonalist",),
    "ukiyo e": ("ukiyo e", "japanese woodblock", "japanese"),
}
"""Style in plain words → its adjectives; a style that is missing here is its own adjective."""

GENRES = {
    "abstract painting": ("abstract painting", "abstract composition", "abstraction"),
    "cityscape": ("cityscape", "city view", "view of a town", "urban scene"),
    "flower painting": ("flower painting", "flower piece", "floral still life"),
    "genre painting": ("genre painting", "scene of everyday life", "everyday scene"),
    "illustration": ("illustration",),
    "landscape": ("landscape", "view of nature", "scenery", "countryside"),
    "nocturne": ("nocturne", "night scene", "night sky", "starry night"),
    "nude painting": ("nude", "nude painting"),
    "portrait": ("portrait", "likeness", "face"),
    "religious painting": ("religious painting", "biblical scene", "sacred painting"),
    "seascape": ("seascape", "marine painting", "view of the sea"),
    "sketch and study": ("sketch", "study", "drawing"),
    "still life": ("still life", "still life painting"),
}
"""Genre in plain words → nouns for it."""

COLOURS = {
    "dark": ("dark", "gloomy", "shadowy", "sombre"),
    "bright": ("bright", "light", "luminous"),
    "pastel": ("pastel", "pale", "soft", "delicate"),
    "vivid": ("vivid", "colourful", "colorful", "intense"),
    "monochrome": ("monochrome", "grey", "black and white"),
    "purple": ("purple", "violet"),
}
"""Colour word → ways to say it; one that is missing here is said as it is."""

THINGS = {
    "boat": ("boat", "boats", "ship", "ships", "sailboat", "sailing", "sails", "fishing"),
    "sea": ("sea", "ocean", "coast", "bay", "shore"),
    "wave": ("wave", "waves", "breakers", "surf"),
    "beach": ("beach", "seaside", "sand"),
    "lighthouse": ("lighthouse", "beacon"),
    "harbour": ("harbour", "harbor", "port", "quay"),
    "river": ("river", "canal", "seine", "thames", "stream", "lake", "pond"),
    "tree": ("trees", "tree", "forest", "woods", "wood", "orchard", "pine", "pines", "poplars"),
    "flower": ("flowers", "flower", "bouquet", "roses", "rose", "peonies", "iris", "blossoms"),
    "fruit": ("fruit", "fruits", "grapes", "plums"),
    "apple": ("apple", "apples"),
    "lemon": ("lemon", "lemons"),
    "peach": ("peach", "peaches"),
    "pear": ("pear", "pears"),
    "woman": ("woman", "women", "lady", "girl", "girls", "mrs", "madame", "countess", "princess"),
    "man": ("man", "men", "gentleman", "lord", "king", "duke", "boy", "soldier"),
    "hat": ("hat", "hats", "bonnet"),
    "beard": ("beard", "bearded"),
    "child": ("child", "children", "infant", "baby"),
    "mountain": ("mountain", "mountains", "mount", "cliffs", "fuji", "alps"),
    "hill": ("hill", "hills", "valley"),
    "snow": ("snow", "winter", "snowy", "ice"),
    "cloud": ("cloud", "clouds", "cloudy"),
    "sun": ("sun", "sunrise"),
    "evening": ("evening", "sunset", "dusk", "twilight"),
    "night": ("night", "midnight", "nocturnal"),
    "moon": ("moon", "moonlight"),
    "star": ("stars", "star", "starry"),
    "street": ("street", "road", "boulevard", "rue", "avenue"),
    "path": ("path", "lane"),
    "house": ("house", "houses", "village", "farm", "cottage", "rooftops", "roofs", "buildings"),
    "church": ("church", "cathedral", "temple", "monastery", "abbey"),
    "garden": ("garden", "gardens", "park", "terrace"),
    "bridge": ("bridge", "bridges", "pont"),
    "horse": ("horse", "horses", "rider", "cavalry"),
    "bird": ("bird", "birds", "rooster", "cock", "eagle", "crane", "ducks", "gulls"),
    "dog": ("dog", "dogs", "hunting", "hunt"),
    "nude": ("nude", "nudes", "bather", "bathers", "bathing", "venus", "odalisque"),
    "saint": ("saint", "christ", "virgin", "madonna", "holy", "st", "mary", "angel", "magdalene"),
    "actor": ("actor", "kabuki", "theatre", "stage"),
    "music": ("music", "guitar", "violin", "lute", "musicians", "concert", "mandolin"),
    "table": ("table",),
    "vase": ("vase", "vases"),
    "bottle": ("bottle", "bottles"),
    "glass": ("glass", "wine"),
    "jug": ("jug", "pitcher"),
    "bowl": ("bowl", "dish"),
    "battle": ("battle", "war", "warrior", "samurai", "fight"),
    "geometric": ("geometric", "geometry", "geometrical"),
    "line": ("line", "lines"),
    "square": ("square", "squares", "rectangles"),
    "circle": ("circle", "circles", "disc", "rings"),
    "stripe": ("stripe", "stripes", "striped"),
    "ripple": ("ripple", "ripples"),
    "diagonal": ("diagonal", "diagonals"),
    "drip": ("drips", "drip", "dripped", "splashes", "splatter"),
    "brushstroke": ("brushstrokes", "brushstroke", "gesture", "gestural"),
    "band": ("bands", "band"),
    "veil": ("veils", "veil", "stains"),
    "empty": ("empty", "blank", "emptiness"),
}
"""Thing → words that name it in titles and captions; each word belongs to one thing."""

IMPLIED = {
    **dict.fromkeys(("apple", "lemon", "peach", "pear"), "fruit"),
    "wave": "sea",
}
"""Thing → what it also is, or is always part of."""

FUNCTION_WORDS = frozenset(
    {
        *("a", "an", "and", "as", "at", "by", "de", "del", "der", "di", "du", "for", "from", "her"),
        *("his", "i", "ii", "iii", "in", "into", "it", "its", "l", "la", "le", "les", "no", "of"),
        *("on", "or", "s", "the", "to", "unknown", "untitled", "van", "von", "with", "d"),
    }
)
"""Words of titles that say nothing of the picture."""
