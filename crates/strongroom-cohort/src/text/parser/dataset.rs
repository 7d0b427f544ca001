use super::predicate::Expression;
use super::{Failed, Parse, Parser};
use crate::ast::{Column, Dataset, DatasetTable, Feature, FeatureValue};
use crate::text::places::{Place, Placed};
use crate::text::token::{Sign, TokenKind};
use crate::{CohortName, ColumnName};

impl Parser<'_> {
    /// `dataset name from cohort { per entry { … } table … }`, after the first word.
    pub(super) fn dataset(&mut self, start: usize) -> Parse<Placed<Dataset>> {
        let name = self.name("the name of the dataset", CohortName::new)?;
        self.expect_word("from")?;
        let at = self.next;
        let from = self.name("the name of a cohort", CohortName::new)?;
        let mut dataset = Dataset::new(name, from);
        let mut place = Place::default().with("from", self.place_since(at));
        let opened = self.next;
        self.mark(|mark| mark.opens_block = true);
        self.expect_sign(Sign::LeftBrace)?;
        let mut failed = false;
        while !self.is_sign(Sign::RightBrace) {
            if self.at_item() || self.at_wrong_closing() {
                return Err(self.unclosed(opened, Sign::RightBrace));
            }
            self.mark_line();
            let at = self.next;
            if self.dataset_part(&mut dataset, &mut place).is_err() {
                failed = true;
                if self.next == at {
                    self.take();
                }
                self.skip_to_line(|parser| matches!(parser.word(), "per" | "table"));
            }
        }
        self.close(opened, Sign::RightBrace)?;
        if failed { Err(Failed) } else { Ok(Placed::new(dataset, place.spanning(self.since(start)))) }
    }

    fn dataset_part(&mut self, dataset: &mut Dataset, place: &mut Place) -> Parse<()> {
        if self.eat_words(&["per", "entry"]) {
            return self.features(dataset, place);
        }
        if !self.is_word("table") {
            return Err(self.unexpected("`per entry` or `table`", &["per", "table"]));
        }
        let start = self.next;
        self.take();
        let name = self.name("the name of the table", ColumnName::new)?;
        self.expect_sign(Sign::Equal)?;
        let of = self.events()?;
        let (columns, _) = self.members(true, Self::column)?;
        let columns: Vec<Column> = columns.into_iter().map(|column| column.node).collect();
        place.push_into("tables", None, self.place_since(start).with("of", of.place));
        dataset.tables.push(DatasetTable { name, of: of.node, columns });
        Ok(())
    }

    fn features(&mut self, dataset: &mut Dataset, place: &mut Place) -> Parse<()> {
        let opened = self.next;
        self.mark(|mark| mark.opens_block = true);
        self.expect_sign(Sign::LeftBrace)?;
        let mut failed = false;
        while !self.is_sign(Sign::RightBrace) {
            if self.at_item() || self.at_wrong_closing() {
                return Err(self.unclosed(opened, Sign::RightBrace));
            }
            self.mark_line();
            let at = self.next;
            match self.inside_brackets(Self::feature) {
                Ok(feature) => {
                    place.push_into("per_entry", None, feature.place);
                    dataset.per_entry.push(feature.node);
                }
                Err(Failed) => {
                    failed = true;
                    if self.next == at {
                        self.take();
                    }
                    self.skip_to_line(|parser| parser.is_sign_at(parser.next + 1, Sign::Equal));
                }
            }
        }
        self.close(opened, Sign::RightBrace)?;
        if failed { Err(Failed) } else { Ok(()) }
    }

    fn feature(&mut self) -> Parse<Placed<Feature>> {
        let start = self.next;
        if !matches!(self.peek_kind(), TokenKind::Word | TokenKind::Name)
            || !self.is_sign_at(self.next + 1, Sign::Equal)
        {
            let filters = crate::text::words::FILTERS;
            return Err(self.unexpected("the name of a column and `=`", filters));
        }
        let name = self.name("the name of a column", ColumnName::new)?;
        self.expect_sign(Sign::Equal)?;
        let read = self.expression()?;
        let (is, place) = match read.node {
            Expression::Value(value) => (FeatureValue::Value(value), read.place.under("value")),
            Expression::Predicate(predicate) => {
                (FeatureValue::Predicate(predicate), read.place.under("predicate"))
            }
        };
        Ok(Placed::new(Feature { name, is }, self.place_since(start).with("is", place)))
    }
}
