"""Cuts the font that charts are drawn with out of Noto Sans CJK SC; see crates/report/assets/README.md.

Usage: subset-font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc OUTPUT.otf
"""

import sys

from fontTools.subset import Options, Subsetter, load_font, save_font

SIMPLIFIED_CHINESE_FACE = "Noto Sans CJK SC"


def wanted() -> set[int]:
    """GB2312, Latin-1, Latin Extended-A, and the signs that reports use."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))
    points |= set(range(0x2010, 0x2028)) | set(range(0x2030, 0x203B)) | set(range(0x20A0, 0x20C1))
    points |= set(range(0x3000, 0x3020)) | set(range(0xFF00, 0xFFF0)) | set(map(ord, "−≈≠≤≥×÷±▲▼△▽●○■□◆◇→←↑↓№℃"))
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                points.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return points


def face_number(path: str) -> int:
    from fontTools.ttLib import TTCollection

    for number, face in enumerate(TTCollection(path, lazy=True).fonts):
        if face["name"].getDebugName(1) == SIMPLIFIED_CHINESE_FACE:
            return number
    raise SystemExit(f"{path}: no face named {SIMPLIFIED_CHINESE_FACE}")


def main() -> None:
    source, target = sys.argv[1:]
    options = Options()
    options.font_number = face_number(source)
    options.hinting = False
    options.desubroutinize = False
    options.layout_features = ["kern", "locl", "tnum", "ccmp", "mark"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.recalc_timestamp = False
    font = load_font(source, options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    save_font(font, target, options)


main()
