use super::{Failed, Parse, Parser};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::token::{Sign, Span, TokenKind};
use crate::text::words::{CLAUSES, ITEMS, RESERVED_ITEMS, UNITS};

impl Parser<'_> {
    /// Whether the next token begins an item of the document: a word of those at the beginning of a
    /// line.
    pub(super) fn at_item(&self) -> bool {
        let token = self.peek();
        if token.kind == TokenKind::End {
            return true;
        }
        let (word, after) = (self.word(), self.word_at(self.next + 1));
        let known = match word {
            // Events may begin with `cohort name` as well, and values with `count rows of`.
            "cohort" => {
                self.is_sign_at(self.next + 1, Sign::LeftBrace)
                    || self.is_sign_at(self.next + 2, Sign::LeftBrace)
                    || self.token_at(self.next + 2).kind == TokenKind::Text
            }
            "count" => !UNITS.contains(&after),
            _ => ITEMS.contains(&word),
        };
        known && token.begins_line && !self.is_sign_at(self.next + 1, Sign::Equal)
    }

    /// Whether the next token begins a clause of a cohort at the beginning of a line.
    fn at_clause(&self) -> bool {
        let word = self.word();
        let more = match word {
            "entry" | "index" | "exit" | "censor" => self.is_sign_at(self.next + 1, Sign::Colon),
            "keep" => self.keep_is_step,
            "observed" => matches!(self.word_at(self.next + 1), "by" | "unbounded"),
            _ => CLAUSES.contains(&word),
        };
        self.peek().begins_line && more
    }

    /// Takes the bracket that closes the one at `opened`.
    pub(super) fn close(&mut self, opened: usize, closing: Sign) -> Parse<()> {
        if self.is_sign(closing) {
            self.mark(|mark| mark.closes = closing == Sign::RightBrace);
            self.take();
            return Ok(());
        }
        // A window is so short that whatever else stands there is outside of it.
        let window = closing == Sign::RightSquare;
        if window
            || self.at_item()
            || self.at_clause()
            || self.at_wrong_closing()
            || matches!(self.peek_kind(), TokenKind::Sign(Sign::RightBrace))
        {
            return Err(self.unclosed(opened, closing));
        }
        Err(self.unexpected(&format!("`{}`", closing.text()), &[]))
    }

    /// Whether a bracket stands next that closes nothing here.
    pub(super) fn at_wrong_closing(&self) -> bool {
        matches!(self.peek_kind(), TokenKind::Sign(Sign::RightSquare | Sign::RightRound))
    }

    /// An opening bracket is not there, or is another one.
    pub(super) fn bracket_needed(&mut self, wanted: Sign) -> Failed {
        let next = self.peek();
        let here = self.after_last();
        let other =
            matches!(next.kind, TokenKind::Sign(Sign::LeftBrace | Sign::LeftRound | Sign::LeftSquare));
        let (span, label) = if next.begins_line { (here, "missing here") } else { (next.span, "not this") };
        let blank = if wanted == Sign::LeftBrace { " { " } else { wanted.text() };
        let text = wanted.text();
        let mut error = TextError::new(Code::Unexpected, span, format!("expected `{text}`"), label);
        if other {
            error = error.suggest(next.span, text, format!("`{text}` in its place"));
        }
        let at = if wanted == Sign::LeftBrace { here } else { Span::before(next.span.start) };
        self.fail(error.suggest(at, blank, format!("put `{text}` in")))
    }

    /// The bracket at `opened` is never closed; it should be here.
    pub(super) fn unclosed(&mut self, opened: usize, closing: Sign) -> Failed {
        let span = self.token_at(opened).span;
        let here = self.after_last();
        let message = match self.token_at(opened).kind {
            TokenKind::Sign(sign) => format!("this `{}` is never closed", sign.text()),
            _ => "this is never closed".to_owned(),
        };
        let blank = if closing == Sign::RightBrace { " }" } else { closing.text() };
        let mut error = TextError::new(Code::UnclosedBracket, span, message, "opened here");
        let other = matches!(
            self.peek_kind(),
            TokenKind::Sign(Sign::RightBrace | Sign::RightSquare | Sign::RightRound)
        );
        if other {
            let text = closing.text();
            error = error.suggest(self.peek().span, text, format!("`{text}` in place of this"));
        }
        self.fail(error.suggest(here, blank, "close it before what follows"))
    }

    /// Goes on to the next item of the document.
    pub(super) fn skip_to_item(&mut self) {
        let reserved = |parser: &Self| parser.peek().begins_line && RESERVED_ITEMS.contains(&parser.word());
        while !self.at_item() && !reserved(self) {
            self.take();
        }
    }

    /// Goes on to the next line of a block that begins as one of its lines can, to the end of the
    /// block, or to the next item.
    pub(super) fn skip_to_line(&mut self, begins: impl Fn(&Self) -> bool) {
        let mut open = 0_usize;
        loop {
            if self.at_item() || (self.peek().begins_line && begins(self)) {
                return;
            }
            match self.peek_kind() {
                TokenKind::Sign(Sign::LeftBrace) => open += 1,
                TokenKind::Sign(Sign::RightBrace) if open == 0 => return,
                TokenKind::Sign(Sign::RightBrace) => open -= 1,
                _ => {}
            }
            self.take();
        }
    }

    /// The members of a list in braces. A member that cannot be read is reported, and reading goes
    /// on with the next line; the list as a whole has then failed.
    pub(super) fn members<T>(
        &mut self,
        separated: bool,
        mut member: impl FnMut(&mut Self) -> Parse<T>,
    ) -> Parse<(Vec<T>, Span)> {
        let opened = self.next;
        self.mark(|mark| mark.opens_group = true);
        self.expect_sign(Sign::LeftBrace)?;
        let (mut members, mut failed) = (Vec::new(), false);
        loop {
            if self.is_sign(Sign::RightBrace) {
                break;
            }
            if self.at_item() || self.at_clause() || self.at_wrong_closing() {
                return Err(self.unclosed(opened, Sign::RightBrace));
            }
            let start = self.next;
            self.mark(|mark| mark.member = true);
            match self.inside_brackets(&mut member) {
                Ok(read) => members.push(read),
                Err(Failed) => {
                    failed = true;
                    self.skip_member(start);
                    continue;
                }
            }
            if separated && !self.eat_sign(Sign::Comma) && !self.is_sign(Sign::RightBrace) {
                if self.at_item() || self.at_clause() {
                    return Err(self.unclosed(opened, Sign::RightBrace));
                }
                let Failed = self.unexpected("`,` or `}`", &[]);
                self.skip_member(start);
                failed = true;
            }
        }
        self.close(opened, Sign::RightBrace)?;
        if failed { Err(Failed) } else { Ok((members, self.since(opened))) }
    }

    fn skip_member(&mut self, start: usize) {
        if self.next == start && !self.is_sign(Sign::RightBrace) && !self.at_item() && !self.at_clause() {
            self.skip_one();
        }
        let mut open = 0_usize;
        while !self.at_item() && !self.at_clause() {
            if open == 0 && self.peek().begins_line {
                return;
            }
            match self.peek_kind() {
                TokenKind::Sign(Sign::LeftBrace) => open += 1,
                TokenKind::Sign(Sign::RightBrace) if open == 0 => return,
                TokenKind::Sign(Sign::RightBrace) => open -= 1,
                _ => {}
            }
            self.take();
        }
    }

    /// Takes one token, or everything in braces.
    fn skip_one(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.peek_kind() {
                TokenKind::Sign(Sign::LeftBrace) => open += 1,
                TokenKind::Sign(Sign::RightBrace) => open = open.saturating_sub(1),
                _ => {}
            }
            self.take();
            if open == 0 || self.at_item() || self.at_clause() {
                return;
            }
        }
    }
}
