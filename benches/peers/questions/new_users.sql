select count(distinct person_id) from (
  select person_id, start_date, lag(start_date) over (partition by person_id order by start_date) as before
  from (select distinct person_id, start_date from events where concept_id in (2000002323, 2000002324, 2000002334, 2000002340)))
where before is null or before < start_date - 365
;
select count(distinct person_id) from (
  select person_id, start_date, max(start_date) over (partition by person_id order by start_date
    range between interval 365 days preceding and interval 1 day preceding) as before
  from events where concept_id in (2000002323, 2000002324, 2000002334, 2000002340))
where before is null
