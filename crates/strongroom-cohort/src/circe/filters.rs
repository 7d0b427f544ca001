use super::attributes::{ABNORMAL_VALUES, Attribute, Subject, Test};
use super::ranges;
use super::reader::{Import, Node};
use crate::ast::{AnchorBase, Code, Column, Comparison, ConceptRef, Predicate, Value};

/// What a predicate is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The row of a criterion.
    Row,
    /// The entry.
    Entry,
    /// The row of a criterion, as the index event of a group.
    Nested,
    /// The same, within a group that asks for at most a number.
    NestedAtMost,
}

impl Scope {
    pub(super) const fn anchor(self) -> AnchorBase {
        match self {
            Self::Entry => AnchorBase::Index,
            Self::Row | Self::Nested | Self::NestedAtMost => AnchorBase::This,
        }
    }

    /// What the members of a group that asks for at most a number are about.
    pub(super) const fn at_most(self) -> Self {
        match self {
            Self::Nested => Self::NestedAtMost,
            other => other,
        }
    }

    /// The predicate about `value`, false where Circe takes it for false for want of the value.
    ///
    /// A row filter keeps only what is true, so there unknown is as good as false, but not within
    /// what must not be true. About an entry an unknown comparison counts as false; its opposite
    /// would then be true.
    fn known(self, value: &Value, predicate: Predicate) -> Predicate {
        let as_it_is = match self {
            Self::Row | Self::Nested => true,
            Self::Entry => !matches!(predicate, Predicate::Not(_)),
            Self::NestedAtMost => false,
        };
        if as_it_is {
            return predicate;
        }
        Predicate::All(vec![Predicate::Missing(value.clone()).negated(), predicate])
    }
}

/// What an attribute of a criterion or of a demographic criterion, which `node` is, asks; nothing
/// where it is absent or has no effect.
pub(super) fn test(cx: &Import, node: &Node<'_>, attribute: &Attribute, scope: Scope) -> Option<Predicate> {
    let property = node.field(attribute.property)?;
    let anchor = &scope.anchor();
    let known = |subject: Subject, predicate: Predicate| scope.known(&subject.value(anchor), predicate);
    match attribute.test {
        Test::Numeric(subject, scale) => ranges::numeric(cx, &property, subject.value(anchor), scale)
            .map(|predicate| known(subject, predicate)),
        Test::Days(subject) => {
            ranges::days(cx, &property, subject.value(anchor)).map(|predicate| known(subject, predicate))
        }
        Test::Text(column) => ranges::text(cx, &property, Value::Column(column)),
        Test::Concepts(subject, exclude) => {
            let codes = codes(cx, &property);
            let exclude = exclude.is_some_and(|exclude| cx.flag(node, exclude));
            (!codes.is_empty()).then(|| {
                let listed =
                    Predicate::In { value: subject.value(anchor), concepts: ConceptRef::Codes(codes) };
                known(subject, if exclude { listed.negated() } else { listed })
            })
        }
        Test::Selection(subject) => selection(cx, &property, subject, anchor, &known),
        Test::Set(column) => Some(Predicate::In {
            value: Value::Column(column),
            concepts: ConceptRef::Set(cx.set(&property)?),
        }),
        Test::Abnormal => cx.flag(node, attribute.property).then(abnormal),
        Test::GapOfEraLength => match node.field("EraLength") {
            Some(length) => {
                ranges::numeric(cx, &length, Value::Column(Column::GapDays), ranges::Scale::Whole)
            }
            None => {
                cx.unsupported(
                    &property,
                    "Circe compares the gap days with the range of `EraLength`, which is missing",
                    "add `EraLength`, or remove `GapDays`",
                );
                None
            }
        },
        Test::NoEffect => None,
        Test::Unsupported(what) => {
            if property.json.as_array().is_none_or(|list| !list.is_empty()) {
                cx.unsupported(&property, what, "remove it");
            }
            None
        }
    }
}

fn codes(cx: &Import, list: &Node<'_>) -> Vec<Code> {
    let elements = cx.elements(list).iter().enumerate();
    elements.filter_map(|(position, json)| cx.concept(&list.element(position, json)).map(Code::Id)).collect()
}

fn selection(
    cx: &Import,
    node: &Node<'_>,
    subject: Subject,
    anchor: &AnchorBase,
    known: &impl Fn(Subject, Predicate) -> Predicate,
) -> Option<Predicate> {
    if !cx.object(node) {
        return None;
    }
    let exclusion = cx.flag(node, "IsExclusion");
    let value = subject.value(anchor);
    let Some(set) = node.field("CodesetId") else {
        if !exclusion {
            return Some(Predicate::Missing(value).negated());
        }
        return match subject {
            // Circe joins the visit: a record without one is not kept.
            Subject::Column(Column::VisitKind) => Some(Predicate::All(vec![
                Predicate::Missing(Value::Column(Column::Visit)).negated(),
                Predicate::Missing(value),
            ])),
            Subject::Column(Column::VisitPlace) => {
                cx.unsupported(
                    node,
                    "a care site without a place of service cannot be told from a missing care site",
                    "name a concept set in `CodesetId`",
                );
                None
            }
            _ => Some(Predicate::Missing(value)),
        };
    };
    let listed = Predicate::In { value, concepts: ConceptRef::Set(cx.set(&set)?) };
    Some(known(subject, if exclusion { listed.negated() } else { listed }))
}

/// Below the lower or above the upper end of the normal range, or called low or high.
pub(super) fn abnormal() -> Predicate {
    let compare = |op, range| Predicate::compare(Value::Column(Column::Value), op, Value::Column(range));
    let concepts = ABNORMAL_VALUES.map(|id| Code::Id(strongroom_omop::ConceptId::new(id)));
    Predicate::AnyOf(vec![
        compare(Comparison::Less, Column::RangeLow),
        compare(Comparison::Greater, Column::RangeHigh),
        Predicate::In {
            value: Value::Column(Column::ValueConcept),
            concepts: ConceptRef::Codes(concepts.to_vec()),
        },
    ])
}
