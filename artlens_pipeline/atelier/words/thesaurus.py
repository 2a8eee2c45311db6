"""The vocabulary of captions: adjectives of styles, nouns of genres, plain words for things.

Belongs here: words. Does not belong here: how a caption is put together (`captions`).
"""

STYLES = {
    "abstract expressionism": ("abstract expressionist",),
    "art nouveau modern": ("art nouveau",),
    "baroque": ("baroque",),
    "cubism": ("cubist",),
    "expressionism": ("expressionist",),
    "fauvism": ("fauvist", "fauve"),
    "impressionism": ("impressionist",),
    "naive art primitivism": ("naive", "primitivist", "naive art"),
    "pointillism": ("pointillist", "divisionist", "neo impressionist"),
    "post impressionism": ("post impressionist",),
    "realism": ("realist",),
    "rococo": ("rococo",),
    "romanticism": ("romantic",),
    "symbolism": ("symbolist",),
    "ukiyo e": ("ukiyo e", "japanese woodblock", "japanese"),
}
"""Style in plain words → its adjectives; a style that is missing here is its own adjective."""

GENRES = {
    "abstract painting": ("abstract painting", "abstract composition", "geometric composition"),
    "cityscape": ("cityscape", "city view", "view of a town", "urban scene"),
    "genre painting": ("genre painting", "scene of everyday life", "everyday scene"),
    "illustration": ("illustration",),
    "landscape": ("landscape", "view of nature", "scenery", "countryside"),
    "nude painting": ("nude", "nude painting"),
    "portrait": ("portrait", "likeness", "face"),
    "religious painting": ("religious painting", "biblical scene", "sacred painting"),
    "sketch and study": ("sketch", "study", "drawing"),
    "still life": ("still life", "still life painting"),
}
"""Genre in plain words → nouns for it."""

COLOURS = {
    "dark": ("dark", "gloomy", "shadowy"),
    "bright": ("bright", "light", "luminous"),
    "pastel": ("pastel", "pale", "soft"),
    "vivid": ("vivid", "colourful", "colorful"),
    "monochrome": ("monochrome", "grey", "black and white"),
    "purple": ("purple", "violet"),
}
"""Colour word → ways to say it; one that is missing here is said as it is."""

THINGS = {
    "boat": ("boat", "boats", "ship", "ships", "sailboat", "sailing", "sails", "fishing"),
    "sea": ("sea", "ocean", "seascape", "coast", "bay", "shore", "waves", "wave"),
    "beach": ("beach", "seaside", "sand"),
    "harbour": ("harbour", "harbor", "port", "quay"),
    "river": ("river", "canal", "seine", "thames", "stream", "lake", "pond"),
    "tree": ("trees", "tree", "forest", "woods", "wood", "orchard", "pine", "pines", "poplars"),
    "flower": ("flowers", "flower", "bouquet", "roses", "rose", "peonies", "iris", "blossoms"),
    "fruit": ("fruit", "fruits", "apples", "apple", "grapes", "pears", "lemon", "peaches"),
    "woman": ("woman", "women", "lady", "girl", "girls", "mrs", "madame", "countess", "princess"),
    "man": ("man", "men", "gentleman", "lord", "king", "duke", "boy", "soldier"),
    "child": ("child", "children", "infant", "baby"),
    "mountain": ("mountain", "mountains", "mount", "hill", "hills", "valley", "cliffs", "fuji"),
    "snow": ("snow", "winter", "snowy", "ice"),
    "night": ("night", "moonlight", "moon", "evening", "sunset", "dusk"),
    "street": ("street", "road", "boulevard", "rue", "square", "avenue"),
    "house": ("house", "houses", "village", "farm", "cottage", "rooftops", "roofs"),
    "church": ("church", "cathedral", "temple", "monastery", "abbey"),
    "garden": ("garden", "gardens", "park", "terrace"),
    "bridge": ("bridge", "bridges", "pont"),
    "horse": ("horse", "horses", "rider", "cavalry"),
    "bird": ("bird", "birds", "rooster", "cock", "eagle", "crane", "ducks"),
    "dog": ("dog", "dogs", "hunting", "hunt"),
    "nude": ("nude", "nudes", "bather", "bathers", "bathing", "venus", "odalisque"),
    "saint": ("saint", "christ", "virgin", "madonna", "holy", "st", "mary", "angel", "magdalene"),
    "actor": ("actor", "kabuki", "theatre", "stage"),
    "music": ("music", "guitar", "violin", "lute", "musicians", "concert", "mandolin"),
    "table": ("table", "bottle", "glass", "jug", "bowl", "vase", "pitcher"),
    "battle": ("battle", "war", "warrior", "samurai", "fight"),
}
"""Thing → words that name it in titles and captions; each word belongs to one thing."""

FUNCTION_WORDS = frozenset(
    {
        *("a", "an", "and", "as", "at", "by", "de", "del", "der", "di", "du", "for", "from", "her"),
        *("his", "i", "ii", "iii", "in", "into", "it", "its", "l", "la", "le", "les", "no", "of"),
        *("on", "or", "s", "the", "to", "unknown", "untitled", "van", "von", "with", "d"),
    }
)
"""Words of titles that say nothing of the picture."""
