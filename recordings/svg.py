"""Frames of terminals as an SVG that moves without a script.

Each row of a terminal is a strip of all that the row ever shows, below each
other, in a window of one row; a CSS animation of its own moves the strip. So
what does not change costs nothing. Without CSS animations, or for who prefers
reduced motion, the last frame is shown."""

import re
from xml.sax.saxutils import escape

COLUMN, ROW, FONT = 7.8, 17, 13
STRIDE = ROW + 5  # in a strip: what antialiasing leaves there is not seen
PADDING, BAR, GAP = 12, 26, 14
PALETTE = {
    "default": "#d4d9e1", "text": "#d4d9e1", "ground": "#12161c",
    "black": "#5b6470", "red": "#ff7b72", "green": "#6bc46d",
    "brown": "#d9a441", "blue": "#6cb6ff", "magenta": "#dcbdfb",
    "cyan": "#56c8d8", "white": "#f0f3f6", "brightblack": "#8b949e",
    "brightred": "#ffa198", "brightgreen": "#8ddb8c",
    "brightbrown": "#f2cc60", "brightyellow": "#f2cc60",
    "brightblue": "#96d0ff", "brightmagenta": "#eedcff",
    "brightcyan": "#8ae5f0", "brightwhite": "#ffffff"}


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def colour(name):
    return PALETTE.get(name) or f"#{name}"


def run_svg(run, y):
    """Two spaces and more are where nothing is drawn: not every program keeps
    them. textLength keeps the columns in whatever font there is."""
    column, text, ink, ground, bold = run
    out = ""
    if ground != "default":
        out += (f'<rect x="{number(column * COLUMN)}" y="{y}" '
                f'width="{number(len(text) * COLUMN)}" height="{ROW}" '
                f'fill="{colour(ground)}"/>')
    looks = "" if ink == "default" else f' fill="{colour(ink)}"'
    if bold:
        looks += ' font-weight="700"'
    for piece in re.finditer(r"\S+(?: \S+)*", text):
        length = number((piece.end() - piece.start()) * COLUMN)
        out += (f'<text x="{number((column + piece.start()) * COLUMN)}" '
                f'y="{y + 13}" textLength="{length}"{looks}>'
                f'{escape(piece.group())}</text>')
    return out


class Rows:
    """Collects the rows' windows and the rules that move them."""

    def __init__(self, length):
        self.length, self.rules, self.strips = length, [], 0

    def row(self, changes):
        """changes: (seconds, runs), each different from the one before."""
        contents = []
        for _, runs in changes:
            if runs not in contents:
                contents.append(runs)
        if contents == [()]:
            return ""
        strip = "".join(run_svg(run, place * STRIDE)
                        for place, runs in enumerate(contents) for run in runs)
        if len(changes) == 1:
            return strip
        name = f"r{self.strips}"
        self.strips += 1
        stops = []
        for seconds, runs in changes:
            up = -STRIDE * contents.index(runs)
            stops.append(f"{number(100 * seconds / self.length)}%"
                         f"{{transform:translateY({up}px)}}")
        self.rules.append(f"@keyframes {name}{{{''.join(stops)}}}"
                          f"#{name}{{animation-name:{name}}}")
        return (f'<g id="{name}" transform="translate(0,{up})">{strip}</g>')


def changes_of(frames, terminal, row):
    changes = []
    for seconds, shown in frames:
        runs = shown[terminal][row]
        if not changes or changes[-1][1] != runs:
            changes.append((seconds, runs))
    return changes


def draw(scene, stage):
    inner = scene.columns * COLUMN
    width, height = inner + 2 * PADDING, BAR + scene.rows * ROW + PADDING
    rows, panes = Rows(stage.length()), []
    for place, title in enumerate(scene.titles):
        lines = []
        for row in range(scene.rows):
            drawn = rows.row(changes_of(stage.frames, place, row))
            if drawn:
                lines.append(f'<svg x="{PADDING}" y="{BAR + row * ROW}" '
                             f'width="{number(inner)}" height="{ROW}">{drawn}'
                             '</svg>')
        left = place * (width + GAP)
        panes.append(
            f'<svg x="{number(left)}" width="{number(width)}" '
            f'height="{height}"><rect width="100%" height="100%" rx="8" '
            f'fill="{PALETTE["ground"]}"/><text x="{number(width / 2)}" '
            f'y="17" text-anchor="middle" fill="#8b949e">{escape(title)}'
            '</text>' + "\n".join(lines) + "</svg>")
    full = len(panes) * (width + GAP) - GAP
    return f'''<svg xmlns="http://www.w3.org/2000/svg" \
viewBox="0 0 {number(full)} {height}" width="{number(full)}" \
height="{height}" fill="{PALETTE["default"]}" role="img" \
aria-labelledby="title desc">
<title id="title">{escape(scene.title)}</title>
<desc id="desc">{escape(scene.description)}</desc>
<style>
text{{font:{FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}}
g{{animation:{number(stage.length())}s step-end infinite}}
{chr(10).join(rows.rules)}
@media (prefers-reduced-motion:reduce){{g{{animation:none!important}}}}
</style>
{chr(10).join(panes)}
</svg>
'''
