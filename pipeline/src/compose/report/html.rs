//! Small pieces of HTML.

use saigen_artifacts::verdict::Verdict;
use serde_json::Value as Json;

/// Text that HTML shows as it is, also between double quotes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A verdict; the style gives it a sign and a colour.
pub(super) fn badge(verdict: Verdict) -> String {
    format!("<span class=\"verdict {verdict}\">{verdict}</span>")
}

/// A command to be typed.
pub(super) fn command(text: &str) -> String {
    format!("<code class=\"command\">{}</code>", escape(text))
}

/// Data for the script, which no text among them can end early.
pub(super) fn data(class: &str, value: &Json) -> String {
    format!("<script type=\"application/json\" class=\"{class}\">{}</script>\n", value.to_string().replace('<', "\\u003c"))
}

/// A table in a box that scrolls by itself. The body's rows come without their end tags, which HTML
/// does not need: a long table is shorter by a third.
pub(super) fn table(class: &str, caption: &str, head: &str, rows: &[String]) -> String {
    let long = if rows.len() > LONG { " long" } else { "" };
    format!(
        "<div class=\"scroll{long}\"><table class=\"{class}\">\n<caption><span>{caption}</span></caption>\n\
         <thead><tr>{head}</tr></thead>\n<tbody>\n{}</tbody></table></div>\n",
        rows.concat()
    )
}

/// Tables with more rows scroll in a box and can be searched.
pub(super) const LONG: usize = 40;

/// `1 cell`, `2 cells`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
        assert!(data("d", &Json::from("</script>")).contains("\\u003c/script>"));
        assert_eq!([count(1, "cell"), count(15_000, "row")], ["1 cell", "15,000 rows"]);
    }
}
