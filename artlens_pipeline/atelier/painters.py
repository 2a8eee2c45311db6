"""The invented painters of the gallery.

Belongs here: who they are and what marks their hand. Every name is made up; a test holds them
against the real painters of WikiArt where that list is at hand.
"""

from dataclasses import dataclass, field

Weights = dict[str, float]
ALL: Weights = dict.fromkeys(
    ("landscape", "seascape", "cityscape", "nocturne", "still life", "flower painting", "portrait"),
    1.0,
)


@dataclass(frozen=True)
class Painter:
    """Name, style and hand.

    `hues` (turns of the colour circle) recur in what the painter chooses the colour of; `keys` and
    `subjects` (genres, or forms of abstract compositions) are drawn with these weights; `stroke`
    scales the brush, `direction` (radians) is its habit, `texture` (0 to 1) how thick paint lies.
    """

    name: str
    style: str
    years: tuple[int, int]
    hues: tuple[float, ...]
    subjects: Weights
    keys: Weights = field(default_factory=lambda: {"plain": 1.0})
    stroke: float = 1.0
    direction: float = 0.5
    texture: float = 0.5


def liking(**more: float) -> Weights:
    """All genres, these with another weight; `still_life` stands for "still life"."""
    return ALL | {name.replace("_", " "): weight for name, weight in more.items()}


PAINTERS = (
    Painter("Amandier Roscelin", "Impressionism", (1868, 1899), (0.58, 0.12, 0.35),
            liking(landscape=2, seascape=2), {"bright": 2, "plain": 1, "pastel": 2}, 0.9, 0.4, 0.6),
    Painter("Odile Fauvrenne", "Impressionism", (1874, 1912), (0.95, 0.08, 0.75),
            liking(flower_painting=2, portrait=2), {"pastel": 3, "bright": 1}, 1.2, 2.3, 0.4),
    Painter("Corvan Lesquin", "Post-Impressionism", (1884, 1906), (0.14, 0.6, 0.4),
            liking(landscape=2, nocturne=2), {"vivid": 2, "plain": 1}, 1.0, 0.2, 0.9),
    Painter("Hedda Brannevik", "Post-Impressionism", (1889, 1921), (0.05, 0.48, 0.85),
            liking(portrait=2, still_life=2), {"vivid": 1, "plain": 2}, 1.25, 1.4, 0.7),
    Painter("Thibert Ansgouin", "Pointillism", (1885, 1903), (0.6, 0.1, 0.3),
            liking(seascape=3, landscape=2), {"bright": 2, "plain": 1}, 0.85),
    Painter("Lysette Corvaisan", "Pointillism", (1887, 1915), (0.8, 0.14, 0.52),
            liking(cityscape=2, nocturne=2), {"vivid": 2, "pastel": 1}, 1.25),
    Painter("Bruno Sarrazelle", "Fauvism", (1904, 1914), (0.0, 0.13, 0.36, 0.58, 0.9),
            liking(landscape=2, seascape=2), {"plain": 1}, 1.1, 0.7, 0.5),
    Painter("Ginevra Tolloway", "Fauvism", (1905, 1926), (0.97, 0.08, 0.48, 0.75, 0.17),
            liking(portrait=3, flower_painting=2), {"plain": 1}, 1.5, 2.0, 0.3),
    Painter("Brasko Ternivale", "Cubism", (1909, 1922), (0.09, 0.12),
            liking(still_life=3, portrait=2), {"muted": 1, "plain": 2}, 1.0),
    Painter("Yelka Podrunin", "Cubism", (1911, 1931), (0.55, 0.08, 0.95),
            liking(cityscape=2, still_life=2), {"plain": 2, "bright": 1}, 1.5),
    Painter("Shirakane Tobun", "Ukiyo-e", (1812, 1849), (0.6, 0.03, 0.12),
            liking(seascape=3, landscape=3), {"plain": 1}, 1.0),
    Painter("Ogiwara Suireki", "Ukiyo-e", (1834, 1868), (0.02, 0.38, 0.8),
            liking(portrait=3, flower_painting=2, nocturne=2), {"plain": 1, "pastel": 1}, 1.35),
    Painter("Aurelio Vastagni", "Baroque", (1610, 1652), (0.02, 0.08),
            liking(portrait=3, still_life=3), {"dark": 1}, 1.0, 0.5, 0.5),
    Painter("Maartje Oudewael", "Baroque", (1634, 1671), (0.1, 0.3, 0.58),
            liking(flower_painting=3, still_life=2), {"dark": 1}, 1.2, 0.5, 0.3),
    Painter("Elspeth Murrowgate", "Tonalism", (1878, 1908), (0.08, 0.11),
            liking(landscape=3, nocturne=2), {"plain": 1}, 1.0, 0.3, 0.4),
    Painter("Finnian Starrock", "Tonalism", (1882, 1917), (0.56, 0.6),
            liking(seascape=3, cityscape=2), {"plain": 1}, 1.3, 0.3, 0.4),
    Painter("Joost van Elderkamp", "De Stijl", (1918, 1938), (0.0, 0.15, 0.62),
            {"grid": 4, "diagonal": 1}, {"plain": 1}, 1.0),
    Painter("Wilmina Krant", "De Stijl", (1920, 1944), (0.02, 0.13),
            {"grid": 2, "diagonal": 2}, {"plain": 1}, 1.6),
    Painter("Dex Hollinger-Ray", "Abstract Expressionism", (1946, 1957), (0.0, 0.12, 0.6),
            {"drips": 5, "gesture": 1}, {"plain": 1}, 1.0),
    Painter("Marta Quillhaven", "Abstract Expressionism", (1949, 1969), (0.05, 0.55, 0.14),
            {"gesture": 5, "drips": 1}, {"plain": 1}, 1.4),
    Painter("Pell Oostwijk", "Minimalism", (1962, 1979), (0.0, 0.6, 0.3),
            {"square": 3, "disc": 2}, {"plain": 1, "bright": 1}, 1.0),
    Painter("Anneka Lindqvale", "Minimalism", (1964, 1988), (0.1, 0.55),
            {"pencil lines": 3, "disc": 1}, {"pastel": 1}, 1.0),
    Painter("Vesper Lindgard", "Op Art", (1961, 1976), (0.62, 0.0),
            {"waves": 3, "rings": 1}, {"plain": 1}, 1.0),
    Painter("Dario Zebrini", "Op Art", (1963, 1981), (0.45, 0.85, 0.08),
            {"checks": 3, "rings": 2}, {"vivid": 1}, 1.3),
    Painter("Ilvane Marrowick", "Colour Field", (1950, 1969), (0.0, 0.06, 0.95),
            {"bands": 4}, {"plain": 2, "dark": 1}, 1.0),
    Painter("Sephine Durrant-Vale", "Colour Field", (1957, 1977), (0.5, 0.75, 0.12),
            {"veils": 3, "bands": 1}, {"pastel": 1, "bright": 1}, 1.0),
)  # fmt: skip
