"""Reads a PDF with pypdf and prints what it found as JSON: the text of each page, bookmarks, fonts, what the file claims."""

import json
import sys

import pypdf

reader = pypdf.PdfReader(sys.argv[1])
root = reader.trailer["/Root"]
fonts, problems = {}, []
for page in reader.pages:
    if "/Annots" in page:
        problems.append("annotations")
    for name, font in page["/Resources"].get("/Font", {}).items():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = inner["/FontDescriptor"].get_object()
        embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        fonts[str(inner["/BaseFont"])] = embedded
for key in ("/OpenAction", "/AA", "/AcroForm"):
    if key in root:
        problems.append(key)
if "/Names" in root and "/JavaScript" in root["/Names"]:
    problems.append("scripts")
xmp = root["/Metadata"].get_object().get_data().decode("utf-8")


def parts(element, found):
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict) and "/S" in kid:
            name = str(kid["/S"])
            found[name] = found.get(name, 0) + 1
            if name == "/Figure" and not kid.get("/Alt"):
                problems.append("a figure without words")
            parts(kid, found)
    return found


json.dump(
    {
        "pages": [page.extract_text() for page in reader.pages],
        "bookmarks": [entry.title for entry in reader.outline],
        "fonts": fonts,
        "title": reader.metadata.title,
        "lang": str(root.get("/Lang")),
        "marked": bool(root["/MarkInfo"]["/Marked"]),
        "parts": parts(root["/StructTreeRoot"].get_object(), {}),
        "archival": "pdfaid:part" in xmp,
        "accessible": "pdfuaid:part" in xmp,
        "problems": problems,
    },
    sys.stdout,
    ensure_ascii=False,
)
