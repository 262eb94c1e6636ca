"""Reads a workbook with openpyxl and prints what it found as JSON: sheets, and of each cell its type, value and format."""

import datetime
import json
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
problems = []
if book.defined_names:
    problems.append(f"defined names: {list(book.defined_names)}")
if getattr(book, "_external_links", []):
    problems.append("external links")
if book.vba_archive:
    problems.append("macros")
sheets = []
for sheet in book.worksheets:
    if sheet.sheet_state != "visible":
        problems.append(f"{sheet.title} is {sheet.sheet_state}")
    rows = []
    for row in sheet.iter_rows():
        cells = []
        for cell in row:
            if cell.data_type == "f":
                problems.append(f"{sheet.title}!{cell.coordinate} is a formula: {cell.value}")
            if cell.hyperlink:
                problems.append(f"{sheet.title}!{cell.coordinate} is a link")
            value = cell.value
            if isinstance(value, (datetime.datetime, datetime.date)):
                value = value.isoformat()
            cells.append({"type": cell.data_type, "value": value, "format": cell.number_format})
        rows.append(cells)
    sheets.append({"title": sheet.title, "rows": rows})
json.dump({"problems": problems, "sheets": sheets}, sys.stdout, ensure_ascii=False)
