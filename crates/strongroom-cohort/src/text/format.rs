use super::parser::Mark;
use super::token::{Comment, Sign, Token, TokenKind};
use super::{Laid, TextError, read};
use crate::limits::Limits;

/// Lines are broken before this many characters where they can be.
const WIDTH: usize = 110;
const STEP: usize = 2;
const CONTINUATION: usize = 4;
/// Where the text of `entry:`, `index:`, `exit:` and `censor:` begins.
const AFTER_LABEL: usize = 8;

/// Lays a text out as is customary: two blanks for each level, one clause on a line, long lines
/// broken before filters. Comments stay where they are, single empty lines stay, and so does the
/// choice to put the members of a list on lines of their own.
///
/// What the text means does not change, and laying it out again changes nothing.
///
/// # Errors
/// If the text cannot be read: what is wrong with it.
pub fn format(source: &str, limits: &Limits) -> Result<String, Vec<TextError>> {
    let (parsed, laid) = read(source, limits);
    if !parsed.errors.is_empty() {
        return Err(parsed.errors);
    }
    let Laid { tokens, comments, marks } = laid;
    let mut next = 0;
    let lines = lines(&tokens, &marks, &mut next);
    let mut layout = Layout {
        source,
        tokens: &tokens,
        comments: &comments,
        marks: &marks,
        out: String::new(),
        column: 0,
        indent: 0,
        base: 0,
        pending: None,
        comment_ended: false,
        last: None,
        last_end: 0,
        next_comment: 0,
    };
    for line in &lines {
        layout.pending = Some(Break { indent: 0, begins: Begins::Next });
        layout.line(line, 0);
    }
    layout.pending = Some(Break { indent: 0, begins: Begins::Next });
    layout.comments_before(tokens.len().saturating_sub(1));
    let mut out = layout.out;
    if !out.is_empty() {
        out.push('\n');
    }
    Ok(out)
}

enum Node {
    Token(usize),
    Group(Group),
}

/// Something in braces.
struct Group {
    open: usize,
    members: Vec<Vec<Node>>,
    close: usize,
}

/// The lines or members up to the brace that closes them.
fn lines(tokens: &[Token], marks: &[Mark], next: &mut usize) -> Vec<Vec<Node>> {
    let mut lines: Vec<Vec<Node>> = Vec::new();
    while let (Some(token), Some(mark)) = (tokens.get(*next), marks.get(*next)) {
        if token.kind == TokenKind::End || mark.closes {
            break;
        }
        if mark.line || mark.member || lines.is_empty() {
            lines.push(Vec::new());
        }
        let at = *next;
        *next += 1;
        let node = if mark.opens_group || mark.opens_block {
            let members = self::lines(tokens, marks, next);
            let close = *next;
            *next += 1;
            Node::Group(Group { open: at, members, close })
        } else {
            Node::Token(at)
        };
        if let Some(line) = lines.last_mut() {
            line.push(node);
        }
    }
    lines
}

/// A line break that comes before what is written next.
#[derive(Clone, Copy)]
struct Break {
    indent: usize,
    begins: Begins,
}

/// What begins after a line break, on which it depends whether an empty line of the source is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// The first member of a group, or what closes it: there is none before it.
    First,
    /// What follows another: there may be one between them.
    Next,
    /// The rest of a clause: there is none inside of it.
    Rest,
}

struct Layout<'a> {
    source: &'a str,
    tokens: &'a [Token],
    comments: &'a [Comment],
    marks: &'a [Mark],
    out: String,
    column: usize,
    /// The indentation of the line being written.
    indent: usize,
    /// The indentation of the clause being written, of which that line may be a continuation.
    base: usize,
    pending: Option<Break>,
    /// Whether the line being written ends with a comment.
    comment_ended: bool,
    last: Option<usize>,
    /// Where in the source what was written last ends.
    last_end: usize,
    next_comment: usize,
}

impl Layout<'_> {
    fn line(&mut self, nodes: &[Node], indent: usize) {
        let outer = std::mem::replace(&mut self.base, indent);
        for (at, node) in nodes.iter().enumerate() {
            match node {
                Node::Token(token) => {
                    let rest = nodes.get(at..).unwrap_or_default();
                    if at > 0
                        && self.mark(*token).soft
                        && self.column + 1 + self.width_to_soft(rest, indent + CONTINUATION) > WIDTH
                    {
                        self.pending = self
                            .pending
                            .or(Some(Break { indent: indent + CONTINUATION, begins: Begins::Rest }));
                    }
                    self.token(*token);
                }
                Node::Group(group) => self.group(group),
            }
        }
        self.base = outer;
    }

    fn group(&mut self, group: &Group) {
        self.token(group.open);
        let whole = self.flat_group(group);
        // The opening brace is written already.
        let fits = self.column + whole.saturating_sub(1) <= WIDTH;
        if !self.must_break(group) && (fits || group.members.is_empty()) {
            for member in &group.members {
                self.line(member, self.base);
            }
            self.token(group.close);
            return;
        }
        let outer = self.indent;
        let inner = outer + STEP;
        for (at, member) in group.members.iter().enumerate() {
            let begins = if at == 0 { Begins::First } else { Begins::Next };
            self.pending = Some(Break { indent: inner, begins });
            self.line(member, inner);
        }
        let begins = if group.members.is_empty() { Begins::First } else { Begins::Next };
        self.pending = Some(Break { indent: inner, begins });
        self.comments_before(group.close);
        self.pending = Some(Break { indent: outer, begins: Begins::First });
        self.comment_ended = false;
        self.token(group.close);
    }

    // ---- writing -----------------------------------------------------------------------------

    fn token(&mut self, at: usize) {
        self.comments_before(at);
        let Some(token) = self.tokens.get(at) else { return };
        if self.comment_ended && self.pending.is_none() {
            self.pending = Some(Break { indent: self.base + CONTINUATION, begins: Begins::Rest });
        }
        let blanks = self.last.map_or(0, |last| self.blanks(last, at));
        match self.pending.take() {
            Some(pending) => self.begin_line(pending, token.span.start),
            None => self.write(&" ".repeat(blanks)),
        }
        self.comment_ended = false;
        self.write(token.span.of(self.source));
        self.last = Some(at);
        self.last_end = token.span.end;
    }

    fn comments_before(&mut self, at: usize) {
        while let Some(comment) = self.comments.get(self.next_comment) {
            if comment.before > at {
                return;
            }
            self.next_comment += 1;
            if comment.own_line || self.out.is_empty() {
                let rest = Break { indent: self.base + CONTINUATION, begins: Begins::Rest };
                let Break { indent, begins } = self.pending.take().unwrap_or(rest);
                self.begin_line(Break { indent, begins }, comment.span.start);
                // Below a comment a first member has an empty line before it, if it had one.
                let begins = if begins == Begins::Rest { Begins::Rest } else { Begins::Next };
                self.pending = Some(Break { indent, begins });
            } else {
                self.write("  ");
                self.comment_ended = true;
            }
            self.write(comment.span.of(self.source).trim_end());
            self.last_end = comment.span.end;
        }
    }

    fn begin_line(&mut self, begin: Break, source_start: usize) {
        if !self.out.is_empty() {
            let between = self.source.get(self.last_end..source_start).unwrap_or_default();
            let skip = begin.begins == Begins::Next && between.matches('\n').count() > 1;
            self.out.push_str(if skip { "\n\n" } else { "\n" });
        }
        self.column = 0;
        self.indent = begin.indent;
        self.comment_ended = false;
        self.write(&" ".repeat(begin.indent));
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    // ---- blanks ------------------------------------------------------------------------------

    fn mark(&self, at: usize) -> Mark {
        self.marks.get(at).copied().unwrap_or_default()
    }

    fn sign(&self, at: usize) -> Option<Sign> {
        match self.tokens.get(at)?.kind {
            TokenKind::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.span.of(self.source))
    }

    /// How many blanks stand between two neighbours on a line.
    fn blanks(&self, left: usize, right: usize) -> usize {
        let tight = self.mark(right).tight_before
            || self.mark(left).tight_after
            || matches!(
                self.sign(right),
                Some(Sign::Comma | Sign::Dot | Sign::Colon | Sign::RightRound | Sign::RightSquare)
            )
            || matches!(self.sign(left), Some(Sign::Dot | Sign::LeftRound | Sign::LeftSquare))
            || (self.sign(left) == Some(Sign::LeftBrace) && self.sign(right) == Some(Sign::RightBrace));
        if tight {
            return 0;
        }
        if self.sign(left) == Some(Sign::Colon) && left > 0 && self.mark(left - 1).line {
            let label = self.text(left - 1).len() + 1;
            return AFTER_LABEL.saturating_sub(label).max(1);
        }
        let juxtaposed =
            self.mark(right).member && !matches!(self.sign(left), Some(Sign::LeftBrace | Sign::Comma));
        if juxtaposed { 2 } else { 1 }
    }

    // ---- measuring ---------------------------------------------------------------------------

    /// Whether the members of a group stand on lines of their own, however short they are.
    fn must_break(&self, group: &Group) -> bool {
        let between = |from: usize, to: usize| {
            let (from, to) = (self.tokens.get(from), self.tokens.get(to));
            from.zip(to).and_then(|(from, to)| self.source.get(from.span.end..to.span.start)).unwrap_or("")
        };
        let chosen = between(group.open, group.open + 1).contains('\n') && !group.members.is_empty();
        let first = self.comments.partition_point(|comment| comment.before <= group.open);
        let commented = self.comments.get(first).is_some_and(|comment| comment.before <= group.close);
        let block = self.mark(group.open).opens_block && !group.members.is_empty();
        block || chosen || commented || group.members.iter().flatten().any(|node| self.node_breaks(node))
    }

    fn node_breaks(&self, node: &Node) -> bool {
        matches!(node, Node::Group(group) if self.must_break(group))
    }

    /// The width of a group on one line.
    fn flat_group(&self, group: &Group) -> usize {
        let mut width = self.text(group.open).len();
        let mut last = group.open;
        for node in group.members.iter().flatten() {
            self.flat_node(node, &mut last, &mut width);
        }
        width + self.blanks(last, group.close) + self.text(group.close).len()
    }

    fn flat_node(&self, node: &Node, last: &mut usize, width: &mut usize) {
        match node {
            Node::Token(at) => {
                *width += self.blanks(*last, *at) + self.text(*at).chars().count();
                *last = *at;
            }
            Node::Group(group) => {
                *width += self.blanks(*last, group.open) + self.flat_group(group);
                *last = group.close;
            }
        }
    }

    /// The width up to the next place where the line may be broken, if it may be broken here to go on
    /// with this indentation.
    fn width_to_soft(&self, nodes: &[Node], indent: usize) -> usize {
        let mut width = 0;
        let mut last = None;
        for (at, node) in nodes.iter().enumerate() {
            if matches!(node, Node::Token(token) if at > 0 && self.mark(*token).soft) {
                break;
            }
            let before = width;
            let mut previous = match (last, node) {
                (Some(last), _) => last,
                (None, Node::Token(first)) => {
                    width += self.text(*first).chars().count();
                    last = Some(*first);
                    continue;
                }
                (None, Node::Group(group)) => group.open,
            };
            self.flat_node(node, &mut previous, &mut width);
            // What is broken anyway goes on where it begins, however long it was before.
            if let Node::Group(group) = node
                && (self.must_break(group) || indent + width > WIDTH)
            {
                return before + 2;
            }
            last = Some(previous);
        }
        width
    }
}
