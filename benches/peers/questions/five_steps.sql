create or replace temp table qualified as
select row_number() over (order by e.person_id, e.start_date) as event_id, e.person_id, e.start_date,
  o.first_day, o.last_day
from events e join observed o on o.person_id = e.person_id and e.start_date between o.first_day and o.last_day
where e.concept_id in (2000001102, 2000001103, 2000001104, 2000001105, 2000001109, 2000001111, 2000001112, 2000001113, 2000001118) and o.first_day + 365 <= e.start_date;
create or replace temp table inclusion as
select 0 as rule, q.event_id from qualified q join events e
  on e.person_id = q.person_id and e.concept_id in (2000002300, 2000002301, 2000002302, 2000002303, 2000002304, 2000002314)
  and e.start_date between q.first_day and q.last_day and e.start_date between q.start_date - 180 and q.start_date + 180
group by q.event_id
union all
select 1, q.event_id from qualified q left join events e
  on e.person_id = q.person_id and e.concept_id in (2000001120, 2000001121, 2000001122)
  and e.start_date between q.first_day and q.last_day and e.start_date between q.start_date - 365 and q.start_date - 1
group by q.event_id having count(e.person_id) = 0
union all
select 2, q.event_id from qualified q join events e
  on e.person_id = q.person_id and e.concept_id in (2000004119, 2000004121, 2000004122)
  and e.start_date between q.first_day and q.last_day and e.start_date between q.start_date - 365 and q.start_date
group by q.event_id having count(*) >= 2
union all
select 3, q.event_id from qualified q join events e
  on e.person_id = q.person_id and e.concept_id in (9201)
  and e.start_date between q.first_day and q.last_day and e.start_date between q.start_date - 365 and q.start_date
group by q.event_id;
create or replace temp table included as
select q.person_id, q.start_date, q.last_day as end_date from qualified q
join (select event_id from inclusion group by event_id having sum(1 << rule) = 15) i using (event_id);
create or replace temp table cohort as
select person_id as subject_id, min(start_date) as cohort_start_date, max(end_date) as cohort_end_date
from (select *, sum(begins) over (partition by person_id order by start_date, end_date rows unbounded preceding) as era
  from (select *, case when start_date <= max(end_date) over (partition by person_id order by start_date, end_date
      rows between unbounded preceding and 1 preceding) then 0 else 1 end as begins from included))
group by person_id, era;
select count(distinct subject_id) from cohort
