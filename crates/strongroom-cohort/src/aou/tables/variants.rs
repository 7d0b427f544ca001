use std::collections::BTreeMap;
use std::sync::Arc;

use super::people::{event, record};
use super::rows::{Carriers, Variant, VariantGene, VariantPosition, VariantRsNumber, rows};
use super::{TableError, Tables};
use crate::ast::{Column, EventKind};
use crate::reference::{Datum, PersonRecord};

type Values = Vec<(Column, Datum)>;

/// What a search term may ask for: each list by itself, because a term asks for one of them.
#[derive(Default)]
struct Terms {
    genes: Vec<Values>,
    positions: Vec<Values>,
    rs_numbers: Vec<Values>,
}

/// Adds an event for each variant that a person carries, or several where it has several genes,
/// positions or `rs` numbers: the first event has the first of each, and so on.
pub(super) fn read(tables: &Tables<'_>, people: &mut [PersonRecord]) -> Result<(), TableError> {
    let mut attributes: BTreeMap<String, Values> = BTreeMap::new();
    for row in rows::<Variant>("cb_variant_attribute", tables.variant_attribute)? {
        let values = whole(&row);
        attributes.insert(row.vid, values);
    }
    let terms = terms(tables)?;
    let positions: BTreeMap<_, _> =
        people.iter().enumerate().map(|(position, person)| (person.subject.value(), position)).collect();
    let nothing = Terms::default();
    let mut records = 0;
    for row in rows::<Carriers>("cb_variant_to_person", tables.variant_to_person)? {
        let own = terms.get(&row.vid).unwrap_or(&nothing);
        let lists = [&own.genes, &own.positions, &own.rs_numbers];
        let events = lists.iter().map(|list| list.len()).max().unwrap_or_default().max(1);
        for person in &row.person_ids {
            let Some(person) = positions.get(person).and_then(|position| people.get_mut(*position)) else {
                continue;
            };
            for nth in 0..events {
                let mut variant = event(EventKind::Variant, record("cb_variant_to_person", records)?);
                records += 1;
                variant.values.push((Column::VariantId, text(&row.vid)));
                variant.values.extend(attributes.get(&row.vid).into_iter().flatten().cloned());
                for list in lists {
                    variant.values.extend(list.get(nth).into_iter().flatten().cloned());
                }
                person.events.push(variant);
            }
        }
    }
    Ok(())
}

fn terms(tables: &Tables<'_>) -> Result<BTreeMap<String, Terms>, TableError> {
    let mut terms: BTreeMap<String, Terms> = BTreeMap::new();
    for row in rows::<VariantGene>("cb_variant_attribute_genes", tables.variant_attribute_genes)? {
        if let Some(symbol) = row.gene_symbol {
            // Search terms are compared without regard to case.
            let symbol = text(&symbol.to_ascii_uppercase());
            terms.entry(row.vid).or_default().genes.push(vec![(Column::Gene, symbol)]);
        }
    }
    let table = "cb_variant_attribute_contig_position";
    for row in rows::<VariantPosition>(table, tables.variant_attribute_contig_position)? {
        let contig = row.contig.as_deref().map(|contig| (Column::Contig, text(contig)));
        let position = row.position.map(|position| (Column::Position, Datum::Number(position)));
        terms.entry(row.vid).or_default().positions.push(contig.into_iter().chain(position).collect());
    }
    let table = "cb_variant_attribute_rs_number";
    for row in rows::<VariantRsNumber>(table, tables.variant_attribute_rs_number)? {
        if let Some(number) = row.rs_number {
            let number = text(&number.to_ascii_lowercase());
            terms.entry(row.vid).or_default().rs_numbers.push(vec![(Column::RsNumber, number)]);
        }
    }
    Ok(terms)
}

/// What filters ask of a variant. An empty text is an unknown one.
fn whole(row: &Variant) -> Values {
    let texts = [
        (Column::Genes, &row.genes),
        (Column::Consequence, &row.cons_str),
        (Column::SignificanceText, &row.clinical_significance_string),
    ];
    let numbers = [
        (Column::AlleleCount, row.allele_count),
        (Column::AlleleNumber, row.allele_number),
        (Column::AlleleFrequency, row.allele_frequency),
        (Column::ParticipantCount, row.participant_count),
    ];
    let texts = texts.into_iter().filter_map(|(column, known)| {
        known.as_deref().filter(|known| !known.is_empty()).map(|known| (column, text(known)))
    });
    let numbers =
        numbers.into_iter().filter_map(|(column, known)| known.map(|number| (column, Datum::Number(number))));
    texts.chain(numbers).collect()
}

fn text(text: &str) -> Datum {
    Datum::Text(Arc::from(text))
}
