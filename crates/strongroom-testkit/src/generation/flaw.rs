use super::chart::record_id;
use super::life::Life;
use crate::calendar::{DATA_CUT_OFF, days_between, plus_days};
use crate::person::Person;
use crate::random::Random;

/// What sources get wrong, in so many people of a thousand; deaths, of a thousand dead.
const EVENT_BEFORE_BIRTH: u32 = 5;
const EVENT_OUTSIDE_PERIODS: u32 = 40;
const END_BEFORE_START: u32 = 15;
const DUPLICATES: u32 = 40;
const EVENTS_AFTER_DEATH: u32 = 150;

/// Spoils some of a record that was consistent until now.
pub(super) fn introduce(person: &mut Person, life: &Life, random: &mut Random) {
    if random.chance(EVENT_BEFORE_BIRTH) {
        event_before_birth(person, life, random);
    }
    if random.chance(EVENT_OUTSIDE_PERIODS) {
        event_outside_periods(person, life, random);
    }
    if random.chance(END_BEFORE_START) {
        end_before_start(person, random);
    }
    if random.chance(DUPLICATES) {
        duplicates(person);
    }
    if random.chance(EVENTS_AFTER_DEATH) {
        death_before_last_event(person, life, random);
    }
}

fn event_before_birth(person: &mut Person, life: &Life, random: &mut Random) {
    if let Some(row) = person.conditions.last_mut() {
        row.start = plus_days(life.birth, -random.between(1, 600));
        row.end = None;
        row.visit = None;
    }
}

fn event_outside_periods(person: &mut Person, life: &Life, random: &mut Random) {
    let days = random.between(1, 200);
    let first = life.observed.iter().map(|span| span.start).min();
    let last = life.observed.iter().map(|span| span.end).max();
    let before = first.map(|first| plus_days(first, -days)).filter(|&date| date > life.birth);
    let after =
        last.map(|last| plus_days(last, days)).filter(|&date| date <= DATA_CUT_OFF && life.death.is_none());
    let Some(date) = after.or(before) else {
        return;
    };
    if let Some(row) = person.measurements.last_mut() {
        row.date = date;
        row.visit = None;
    }
    if let Some(row) = person.drugs.last_mut() {
        row.end = row.end.map(|end| plus_days(date, days_between(row.start, end)).min(DATA_CUT_OFF));
        row.start = date;
        row.visit = None;
    }
}

fn end_before_start(person: &mut Person, random: &mut Random) {
    if let Some(row) = person.conditions.first_mut() {
        row.end = Some(plus_days(row.start, -random.between(1, 20)));
    }
    if let Some(row) = person.drugs.first_mut() {
        row.end = Some(plus_days(row.start, -random.between(1, 20)));
    }
}

/// The last rows once more, with keys of their own.
fn duplicates(person: &mut Person) {
    if let Some(mut row) = person.conditions.last().copied() {
        row.id = record_id(person.id, person.conditions.len());
        person.conditions.push(row);
    }
    if let Some(mut row) = person.drugs.last().copied() {
        row.id = record_id(person.id, person.drugs.len());
        person.drugs.push(row);
    }
    if let Some(mut row) = person.measurements.last().copied() {
        row.id = record_id(person.id, person.measurements.len());
        person.measurements.push(row);
    }
}

fn death_before_last_event(person: &mut Person, life: &Life, random: &mut Random) {
    let last = person.conditions.iter().map(|row| row.start).max();
    if let Some((death, last)) = person.death.as_mut().zip(last) {
        death.date = plus_days(last, -random.between(1, 100)).max(life.birth);
    }
}
