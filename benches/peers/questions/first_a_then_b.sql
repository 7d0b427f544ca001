with a as (select person_id, min(start_date) as day from events where concept_id in (2000001102, 2000001103, 2000001104, 2000001105, 2000001109, 2000001111, 2000001112, 2000001113, 2000001118) group by person_id)
select count(*) from a where exists (
  select 1 from events b where b.person_id = a.person_id and b.concept_id in (2000002300, 2000002301, 2000002302, 2000002303, 2000002304, 2000002314)
    and b.start_date between a.day and a.day + 180)
;
with a as (select person_id, min(start_date) as day from events where concept_id in (2000001102, 2000001103, 2000001104, 2000001105, 2000001109, 2000001111, 2000001112, 2000001113, 2000001118) group by person_id)
select count(distinct a.person_id) from a join events b on b.person_id = a.person_id
  and b.concept_id in (2000002300, 2000002301, 2000002302, 2000002303, 2000002304, 2000002314) and b.start_date between a.day and a.day + 180
