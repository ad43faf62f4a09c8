//! Small pieces of HTML.

use saigen_artifacts::table::Shown;

/// Text that HTML shows as it is.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A table with a caption.
pub(super) fn table(caption: &str, shown: &Shown) -> String {
    let mut html = format!("<div class=\"scroll\"><table><caption>{}</caption>\n<thead><tr>", escape(caption));
    for (at, head) in shown.head.iter().enumerate() {
        let class = if at < shown.keys { "" } else { " class=\"number\"" };
        html += &format!("<th scope=\"col\"{class}>{}</th>", escape(head));
    }
    html += "</tr></thead>\n<tbody>\n";
    for row in &shown.rows {
        html += "<tr>";
        for (at, cell) in row.iter().enumerate() {
            let class = if at < shown.keys { "" } else { " class=\"number\"" };
            html += &format!("<td{class}>{}</td>", escape(&cell.to_string()));
        }
        html += "</tr>\n";
    }
    html + "</tbody></table></div>\n"
}

/// The page around a body.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escape(title)
    )
}

const STYLE: &str = "\
:root { --ink: #222; --soft: #666; --line: #ddd; --paper: #fff; --reproduced: #00704d; --refuted: #b03a00; --inconclusive: #6b5b00; --not-run: #666; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #a5a5a5; --line: #3a3a3a; --paper: #16181b; --reproduced: #4cc79b; --refuted: #ff9a66; --inconclusive: #d9c35c; --not-run: #a5a5a5; } }
body { font: 16px/1.55 Inter, 'DejaVu Sans', Helvetica, Arial, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1, h2, h3 { line-height: 1.25; margin: 2.2em 0 .5em; } h1 { margin-top: .5em; }
a { color: inherit; } .soft, caption, figcaption { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption, figcaption { text-align: left; padding: .3em 0; font-size: .92rem; } .scroll { overflow-x: auto; margin: 1em 0; }
th, td { border-bottom: 1px solid var(--line); padding: .35em .6em .35em 0; text-align: left; vertical-align: top; }
th { font-weight: 600; } .number { text-align: right; white-space: nowrap; }
.verdict { font-weight: 600; white-space: nowrap; } .reproduced { color: var(--reproduced); } .refuted { color: var(--refuted); } .inconclusive { color: var(--inconclusive); } .not-run { color: var(--not-run); }
figure { margin: 1.5em 0; } figure svg { max-width: 100%; height: auto; border-radius: 6px; }
details { margin: .4em 0; } summary { cursor: pointer; } code { font-size: .88em; overflow-wrap: anywhere; }
@media print { body { max-width: none; } details { display: block; } }
";
