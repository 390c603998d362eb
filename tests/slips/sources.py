"""Where the slips were seen: titles and addresses of public pages.

Comes in: nothing. Goes out: `seen`, which gives a source by the name it has here.
"""

from slips.base import Source

_GITHUB = "https://github.com/"
_SEEN = {
    "semicolons": (
        "European Excel wants Semicolon-Separated-Files",
        "asafdav/ng-csv/issues/28",
    ),
    "unquoted-commas": (
        "BOM CSV import: Add support for semi column based separators",
        "Dokuly-PLM/dokuly/issues/149",
    ),
    "sep-line": ("Data corruption when adding `sep=,`", "alexcaza/export-to-csv/issues/119"),
    "sep-no-bom": (
        "separator-excel=true and encoding=utf-8 prevent BOM to work",
        "Belphemur/vue-json-csv/issues/43",
    ),
    "unicode-text": (
        "decode UTF-16 BOM text before latin-1 fallback",
        "HKUDS/Vibe-Trading/pull/865",
    ),
    "utf16-export": (
        "CSV Data Export is said to be encoded in UTF-8 but is UTF-16LE",
        "openfoodfacts/openfoodfacts-server/issues/1158",
    ),
    "bom-in-key": (
        "Strip zero-width spaces from csv headers",
        "opengovsg/postmangovsg/pull/88",
    ),
    "bom-title": (
        "ZERO WIDTH NO-BREAK SPACE in column name causes a reading failure",
        "pandas-dev/pandas/issues/36343",
    ),
    "zero-width": (
        "getCSVFieldPosition works wrong if column name contains zero width characters",
        "gocarina/gocsv/issues/242",
    ),
    "header-spaces": (
        "Trailing white space in import CSV headers prevents viewing a verified import",
        "OpenTreeMap/otm-core/issues/2532",
    ),
    "cp1252-import": (
        "CSV Import / export errors for special characters",
        "swisstopo/swissgeol-boreholes-suite/issues/2811",
    ),
    "cp1252-excel": ("excel csv compatibility issues", "adaptlearning/adapt_framework/issues/1097"),
    "mixed-encodings": (
        "Some catalogue fields have incorrect text encodings",
        "cdli-gh/data/issues/38",
    ),
    "mojibake": ("CSV encoding issue", "Automattic/camptix/issues/136"),
    "mac-lines": (
        "Should handle old-school Mac line endings",
        "WarrenWilkinson/read-csv/issues/7",
    ),
    "title-rows": ("random text in first couple rows", "dfinke/ImportExcel/issues/1092"),
    "merged-title": ("How to deal with merged cells", "MarkPflug/Sylvan.Data.Excel/issues/158"),
    "merged-columns": (
        "Importing doesn't appear to work correctly with merged columns",
        "rap2hpoutre/fast-excel/issues/174",
    ),
    "empty-leading-rows": (
        "How to find how many skip if there are empty leading rows?",
        "tidyverse/readxl/issues/703",
    ),
    "empty-columns": (
        "Make CSV Importing able to silently fix empty trailing columns",
        "OpenDataRepository/data-publisher/issues/84",
    ),
    "empty-rows": (
        "CSV Importer also needs to get rid of empty rows",
        "OpenDataRepository/data-publisher/issues/138",
    ),
    "blank-row": ("Blank rows on CSV import", "firefly-iii/firefly-iii/issues/691"),
    "empty-first-column": (
        "Empty Row Column at beginning of csv gives an error",
        "pcreux/csv-importer/issues/54",
    ),
    "header-line-break": (
        "Handle quoted newline character in header",
        "tilo/smarter_csv/issues/192",
    ),
    "header-line-break-2": ("Parsing \\n (new line) in header", "lovasoa/elm-csv/issues/47"),
    "cell-line-break": (
        "Line breaks within cell causes erroneous parsing",
        "Keyang/node-csvtojson/issues/37",
    ),
    "french-headers": (
        "Unable to upload registration sheet from French(France) language",
        "jflamy/owlcms4/issues/978",
    ),
    "dutch-headers": (
        "PasswordXP-CSV-Importer: Add support for German and Dutch headers",
        "bitwarden/clients/pull/12216",
    ),
    "two-postcodes": (
        "Export csv : problème avec le code postal",
        "CroissanceCommune/autonomie/issues/428",
    ),
    "duplicate-headers": (
        "Add a warning when parsing the same header twice for one row",
        "C2FO/fast-csv/issues/276",
    ),
    "duplicate-synonyms": (
        "CSV duplicate canonical headers silently overwrite columns",
        "mikkelkrogsholm/rentemester/issues/150",
    ),
    "lost-columns": (
        "Columns are silently lost if multiple columns have the same name",
        "swiftcsv/SwiftCSV/issues/134",
    ),
    "decomposed": (
        "Match pilot profile pictures against macOS-decomposed file names",
        "uewepuep/FPVTracksideCore/pull/75",
    ),
    "full-width": (
        "Postal code and phone number validation rejects full-width digits",
        "ourjapanlife/findadoc-web/issues/1762",
    ),
    "smart-quotes": (
        "Fatal error when parsing curly quotes in config.toml",
        "jameslittle230/stork/issues/104",
    ),
    "curly-docs": ("Fix curly quotes in config docs", "rust-lang/cargo/pull/14144"),
    "apostrophe": ("Zipcodes that begin with zero", "wpsharks/s2member/issues/1148"),
    "apostrophe-ids": (
        "Prevent Excel from using scientific notation when displaying HESA IDs",
        "DFE-Digital/register-trainee-teachers/pull/3229",
    ),
    "equals-text": (
        "treatment of cells with constant formula",
        "parsecsv/parsecsv-for-php/issues/213",
    ),
    "french-zeros": (
        "Empty result with missing leading zeros in zip code",
        "addok/addok/issues/373",
    ),
    "zero-format": (
        "Keep leading 0 in postal code for csv export file",
        "PHPOffice/PhpSpreadsheet/issues/2230",
    ),
    "zeros-ids": (
        "Export to csv to include leading zero",
        "hhurz/tableExport.jquery.plugin/issues/103",
    ),
    "limesurvey-zeros": (
        "numeric data is exported with 10 zeros",
        "LimeSurvey/LimeSurvey/pull/413",
    ),
    "cedex": ("Recherche d'adresse CEDEX", "addok/addok/issues/381"),
    "cedex-code": (
        "use the filter postcode with an CEDEX postcode value",
        "addok/addok/issues/396",
    ),
    "cedex-missing": ("Code postal commune", "EsupPortail/esup-stage/issues/210"),
    "belgian-code": ("Code postal invalide", "railsfrance/railsfrance.org/issues/88"),
    "belgian-town": (
        "Add support for Belgium (BE) postcode validation",
        "woocommerce/woocommerce/issues/28144",
    ),
    "belgian-special": (
        "Added SSN validation and fixed postcode validation for Belgium",
        "cakephp/localized/pull/7",
    ),
    "belgian-bilingual": (
        "Validation du code postal belge dans l'écran de diplome secondaire belge",
        "uclouvain/osis-portal/issues/552",
    ),
    "postcode-prefix": ("Introduce prefix for postal codes", "Cimpress-MCP/postal-codes-js/pull/8"),
    "postcode-column": (
        "Column is mistaken for a postcode column",
        "datagouv/csv-detective/issues/33",
    ),
    "scientific-french": (
        "Numbers get converted to scientific notation in excel",
        "react-csv/react-csv/issues/136",
    ),
    "scientific-letters": (
        "Application Confirmation Codes in Scientific Notation",
        "bloom-housing/bloom/issues/4458",
    ),
    "scientific-lost": (
        "ICCID Export - Values being Exported As E Values",
        "microsoftgraph/powershell-intune-samples/issues/140",
    ),
    "scientific-xlsx": (
        "Large Numbers are being converted into scientific notation",
        "ExcelDataReader/ExcelDataReader/issues/39",
    ),
    "date-ids": (
        "Imprinted_id format in csv & Excel downloads",
        "FreeAndFair/ColoradoRLA/issues/783",
    ),
    "date-guide": ("Text incorrectly converted to date", "Quartz/bad-data-guide/issues/34"),
    "date-cells": ("import an Excel date cell as an ISO date", "nao1215/filesql/pull/301"),
    "decimal-comma": (
        "Recommandation of the , as a separator, an issue for some cultures?",
        "Data-Liberation-Front/csvlint.io/issues/171",
    ),
    "decimal-semicolon": (
        "Handle .cvs written out with localizations that use commas for decimal points",
        "nyetwurk/ecuxplot/issues/14",
    ),
    "thousands": (
        "CSV importer should respect thousand grouping with custom delimiter",
        "deadlocker8/BudgetMaster/issues/731",
    ),
    "thousands-european": (
        "CSV import does not handle european thousands separator",
        "jasp-stats/jasp-desktop/issues/403",
    ),
    "three-decimals": ("Missing decimal separator", "measuresforjustice/textricator/issues/47"),
    "vrai": (
        'Interpret "vrai" and "false" string as proper boolean values',
        "sparna-git/xls2rdf/issues/13",
    ),
    "boolean-regions": (
        "Consideration for windows users in other countries and booleans",
        "SvenWerlen/fvtt-data-toolbox/issues/20",
    ),
    "boolean-libre": (
        "Booleans from Microsoft produce TRUE/FALSE whilst Libre Office produce 1/0",
        "dilshod/xlsx2csv/issues/225",
    ),
    "boolean-blank": (
        "Map properly boolean values",
        "commercetools/nodejs/issues/896",
    ),
    "boolean-x": ("Translate boolean values in csv exports", "GeotrekCE/Geotrek-admin/issues/1380"),
    "boolean-columns": (
        "Harmonise how cellToString is implemented on different column types",
        "zetkin/app.zetkin.org/issues/1663",
    ),
    "false-as-true": (
        "Needs replacement value FALSE treated as TRUE when importing",
        "msupply-foundation/open-msupply/issues/6280",
    ),
    "commas-in-options": (
        "Avoid comma in survey option for the next edition",
        "dgarros/netdevops-survey/issues/38",
    ),
    "multi-choice": (
        "Separating multi-choice responses in CSV file is difficult",
        "cds-snc/platform-forms-client/issues/4229",
    ),
    "commas-several": (
        "For multiple-answer questions: handling commas",
        "DataS-DHSC/consultations/issues/10",
    ),
    "limesurvey-columns": (
        "Export survey responses as .csv",
        "Coursemology/coursemology2/issues/3045",
    ),
    "locale-codes": ("Support for fr_BE locale", "transifex/transifex-client/issues/26"),
    "be-language": ("Wrong locale for belgium", "iamkun/dayjs/issues/690"),
    "null-island": ("repair Null Island records", "heremaps/here-cli/issues/147"),
    "near-null-island": (
        "loosen detection of null island records to those in the general vicinity",
        "pelias/openaddresses/pull/467",
    ),
    "blank-to-zero": (
        "Blank lat lngs are being converted to 0,0 on import",
        "culturecode/card/issues/31",
    ),
    "invalid-latitude": (
        "Mapping will map invalid lat/long numbers from imported files",
        "NAVADMC/ADSM/issues/512",
    ),
    "coordinate-check": (
        "Strengthen validation of the latitude and longitude fields of a CSV when importing",
        "fgpv-vpgf/fgpv-vpgf/issues/2254",
    ),
    "hidden-sheet": ("Troubles skiping some rows", "tidyverse/readxl/issues/513"),
    "active-sheet": (
        "Import the first XLSX sheet instead of the active one",
        "jazzband/tablib/pull/681",
    ),
    "not-available": (
        "ExcelDataReader throwing with cell value = '#N/A'",
        "MarkPflug/Sylvan.Data.Excel/issues/126",
    ),
    "reference-error": (
        "Can library handle #REF errors in excel and pass on value as #REF only",
        "vinci1it2000/formulas/issues/46",
    ),
    "formula-cache": (
        "extract cached calculated values from xlsx, not formula strings",
        "onyx-dot-app/onyx/pull/13354",
    ),
    "quoted-twice": (
        "Double quotation on json cell when generating csv",
        "SheetJS/sheetjs/issues/2396",
    ),
    "quote-open": ("Quoted field not terminated at line 1", "adaltas/node-csv-parse/issues/21"),
    "quote-removed": ('Removes " in some of the fields', "janisdd/vscode-edit-csv/issues/143"),
    "answered-twice": ("Handle duplicate applications better", "codeforamerica/intake/issues/170"),
    "same-email": (
        "Prevent duplicate submissions via email address field",
        "verbb/formie/issues/377",
    ),
    "form-twice": (
        "Duplicate Fields Stored",
        "dwyl/learn-to-send-email-via-google-script-html-no-server/issues/68",
    ),
    "space-cell": ("Pyxform submission fails when space in row", "SEL-Columbia/pyxform/issues/19"),
}


def seen(name: str) -> Source:
    """Return the source that is called so here."""
    title, path = _SEEN[name]
    return Source(title, _GITHUB + path)
