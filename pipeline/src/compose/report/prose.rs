//! The sections of a study's README as HTML. Raw HTML in them is shown as text, and only links to
//! the network stay links: the page moves, and other files do not move with it.

use super::html::escape;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// The sections below second headings, by title, each as HTML.
pub(super) fn sections(markdown: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut in_title = false;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => {
                sections.push(Default::default());
                in_title = true;
            }
            Event::End(TagEnd::Heading(HeadingLevel::H2)) => in_title = false,
            event => {
                let Some((title, html)) = sections.last_mut() else { continue };
                match event {
                    Event::Text(text) | Event::Code(text) if in_title => *title += &text,
                    event => *html += &piece(event),
                }
            }
        }
    }
    sections
}

fn piece(event: Event<'_>) -> String {
    match event {
        Event::Start(tag) => start(tag),
        Event::End(tag) => end(tag).to_string(),
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => escape(&text),
        Event::Code(text) => format!("<code>{}</code>", escape(&text)),
        Event::SoftBreak => "\n".to_string(),
        Event::HardBreak => "<br>\n".to_string(),
        Event::Rule => "<hr>\n".to_string(),
        // Extensions of CommonMark, none of which is switched on.
        Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => escape(&text),
        Event::TaskListMarker(_) => String::new(),
    }
}

fn start(tag: Tag<'_>) -> String {
    match tag {
        Tag::Paragraph => "<p>".to_string(),
        Tag::Heading { .. } => "<h5>".to_string(),
        Tag::BlockQuote(_) => "<blockquote>".to_string(),
        Tag::CodeBlock(_) => "<pre><code>".to_string(),
        Tag::List(Some(first)) => format!("<ol start=\"{first}\">\n"),
        Tag::List(None) => "<ul>\n".to_string(),
        Tag::Item => "<li>".to_string(),
        Tag::Emphasis => "<em>".to_string(),
        Tag::Strong => "<strong>".to_string(),
        Tag::Link { dest_url, .. } if is_outside(&dest_url) => format!("<a href=\"{}\">", escape(&dest_url)),
        // Whatever else begins is shown by its text alone.
        Tag::Link { .. } => "<a>".to_string(),
        _ => String::new(),
    }
}

fn end(tag: TagEnd) -> &'static str {
    match tag {
        TagEnd::Paragraph => "</p>\n",
        TagEnd::Heading(_) => "</h5>\n",
        TagEnd::BlockQuote(_) => "</blockquote>\n",
        TagEnd::CodeBlock => "</code></pre>\n",
        TagEnd::List(true) => "</ol>\n",
        TagEnd::List(false) => "</ul>\n",
        TagEnd::Item => "</li>\n",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        TagEnd::Link => "</a>",
        _ => "",
    }
}

fn is_outside(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::sections;

    #[test]
    fn a_section_is_what_stands_below_its_heading() {
        let text = "# Title\nlost\n## One\n1. **a** `b<c`\n   more\n2. *d*\n\n## Two `x`\ntext [l](https://e.org/?a=1&b=2)\n";
        let [(one, first), (two, second)] = sections(text).try_into().unwrap();
        assert_eq!((one.as_str(), two.as_str()), ("One", "Two x"));
        assert_eq!(first, "<ol start=\"1\">\n<li><strong>a</strong> <code>b&lt;c</code>\nmore</li>\n<li><em>d</em></li>\n</ol>\n");
        assert_eq!(second, "<p>text <a href=\"https://e.org/?a=1&amp;b=2\">l</a></p>\n");
    }

    #[test]
    fn hostile_text_loads_and_runs_nothing() {
        let text = "## S\n<script>x</script>\n\n[a](javascript:x) ![i](https://e.org/i.png) <img src=x> [r](../README.md)\n";
        let (_, html) = sections(text).remove(0);
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("javascript") && !html.contains("href"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }
}
