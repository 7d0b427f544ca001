select count(distinct a.person_id) from events a semi join (
  select person_id, visit_occurrence_id from events where concept_id in (2000002300, 2000002301, 2000002302, 2000002303, 2000002304, 2000002314)) b
  using (person_id, visit_occurrence_id) where a.concept_id in (2000001102, 2000001103, 2000001104, 2000001105, 2000001109, 2000001111, 2000001112, 2000001113, 2000001118)
;
select count(*) from (
  select person_id from (
    select person_id, visit_occurrence_id, bool_or(concept_id in (2000001102, 2000001103, 2000001104, 2000001105, 2000001109, 2000001111, 2000001112, 2000001113, 2000001118)) as a, bool_or(concept_id in (2000002300, 2000002301, 2000002302, 2000002303, 2000002304, 2000002314)) as b
    from events where concept_id in (2000001102, 2000001103, 2000001104, 2000001105, 2000001109, 2000001111, 2000001112, 2000001113, 2000001118, 2000002300, 2000002301, 2000002302, 2000002303, 2000002304, 2000002314) and visit_occurrence_id is not null
    group by person_id, visit_occurrence_id)
  where a and b group by person_id)
