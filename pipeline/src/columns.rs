//! Tables for a terminal: columns that wrap within its width.

use console::{Style, Term, measure_text_width};

/// How a column takes its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// As wide as its widest line, to the left.
    Left,
    /// The same, to the right.
    Right,
    /// This share of what the others leave; its text wraps.
    Wrap(usize),
}

/// Text of one style; lines of their own where it has line ends.
pub(crate) type Text = (String, Style);

/// The width to write in: that of the terminal, as far as lines stay readable.
pub(crate) fn width() -> usize {
    Term::stdout().size_checked().map_or(80, |(_, columns)| usize::from(columns)).clamp(60, 100)
}

/// A table with a head. A cell is a list of texts, one below the other.
pub(crate) fn columns(head: &[(&str, Room)], rows: &[Vec<Vec<Text>>], width: usize) -> String {
    let widths = widths(head, rows, width);
    let heads: Vec<Vec<Text>> = head.iter().map(|(name, _)| vec![((*name).to_string(), Style::new().bold())]).collect();
    let rule: Vec<Vec<Text>> = widths.iter().map(|width| vec![("-".repeat(*width), Style::new().dim())]).collect();
    let mut text = String::new();
    for row in [&heads, &rule].into_iter().chain(rows) {
        let cells: Vec<Vec<Text>> = row.iter().zip(&widths).map(|(cell, width)| lines(cell, *width)).collect();
        for at in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = String::new();
            for ((cell, width), (_, room)) in cells.iter().zip(&widths).zip(head) {
                let (part, style) = cell.get(at).cloned().unwrap_or_default();
                let blanks = " ".repeat(width.saturating_sub(measure_text_width(&part)));
                let part = style.apply_to(part);
                line += &if *room == Room::Right { format!("{blanks}{part}  ") } else { format!("{part}{blanks}  ") };
            }
            text += line.trim_end();
            text.push('\n');
        }
    }
    text
}

fn widths(head: &[(&str, Room)], rows: &[Vec<Vec<Text>>], width: usize) -> Vec<usize> {
    let natural = |at: usize| {
        let texts = rows.iter().flat_map(|row| &row[at]).flat_map(|(text, _)| text.lines()).map(measure_text_width);
        texts.chain([measure_text_width(head[at].0)]).max().unwrap_or(0)
    };
    let fixed = |at: usize| if matches!(head[at].1, Room::Wrap(_)) { 0 } else { natural(at) };
    let taken: usize = (0..head.len()).map(fixed).sum::<usize>() + 2 * head.len().saturating_sub(1);
    let shares: usize = head.iter().map(|(_, room)| if let Room::Wrap(share) = room { *share } else { 0 }).sum();
    let left = width.saturating_sub(taken);
    let room = |at: usize| match head[at].1 {
        Room::Wrap(share) => (left * share / shares).max(8).min(natural(at)),
        _ => natural(at),
    };
    (0..head.len()).map(room).collect()
}

fn lines(cell: &[Text], width: usize) -> Vec<Text> {
    cell.iter().flat_map(|(text, style)| wrapped(text, width).into_iter().map(|line| (line, style.clone()))).collect()
}

/// The lines of a text, broken between words; a word that is too long is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            if measure_text_width(&line) + 1 + measure_text_width(word) > width {
                lines.push(std::mem::take(&mut line));
            } else {
                line.push(' ');
            }
        }
        for c in word.chars() {
            let room = measure_text_width(c.encode_utf8(&mut [0; 4]));
            if measure_text_width(&line) + room > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<Text> {
        vec![(text.to_string(), Style::new())]
    }

    #[test]
    fn words_wrap_and_long_ones_are_cut() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a nonsmooth", 5), ["a", "nonsm", "ooth"]);
        assert_eq!(wrapped("", 5), [""]);
    }

    #[test]
    fn a_table_stays_within_its_width() {
        let head = [("word", Room::Left), ("n", Room::Right), ("what", Room::Wrap(2)), ("why", Room::Wrap(1))];
        let long = "some words that go on for longer than there is room";
        let rows = [vec![plain("yes"), plain("7"), plain(long), plain(long)], vec![plain("no"), plain("12"), plain("short"), plain("x")]];
        let text = columns(&head, &rows, 40);
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        assert_eq!(text.lines().next(), Some("word   n  what                why"));
        assert!(text.contains("\nno    12  short               x\n"), "{text}");
    }
}
