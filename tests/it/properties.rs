//! What holds of every flow and every lead.

use crate::samples::{evidence, flow, industry, needs, sample, size};
use crate::support::{NOON, load};
use prequal::insight::{Reach, Target, most, reach};
use prequal::score::{Prospect, Seen, Standing, Tally, score};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Contributions sum to each score after all limits; before limits they never count more than
    /// their points, and nothing overflows.
    #[test]
    fn contributions_sum(flow in flow(), sample in sample()) {
        let flow = load(&flow);
        let (seen, attribution) = (sample.seen(&flow), sample.attribution());
        let card = score(&evidence(&flow, &sample.answers, &seen, attribution.as_ref()));
        for (place, points) in card.scores.iter().enumerate() {
            let counted: i64 = card.contributions.iter().filter(|c| c.score == place).map(|c| c.counted).sum();
            prop_assert_eq!(counted, *points);
            let model = &flow.flow().scoring.scores[place];
            prop_assert!((i64::from(model.floor)..=i64::from(model.cap)).contains(points));
        }
        prop_assert_eq!(card.total, card.scores.iter().sum::<i64>());
        for c in &card.contributions {
            prop_assert!(c.decayed.abs() <= c.points.abs() && c.decayed * c.points.signum() >= 0);
            prop_assert!(c.counted.abs() <= c.decayed.abs() && c.counted * c.decayed.signum() >= 0);
        }
    }

    /// Whatever is answered to the open questions, each score ends in its interval, and a stage that was
    /// reached or excluded stays so.
    #[test]
    fn intervals_hold_every_completion(
        flow in flow(),
        sample in sample(),
        rest in (industry(), size(), needs()),
        order in Just(vec![0, 1, 2]).prop_shuffle(),
    ) {
        let flow = load(&flow);
        let (seen, attribution) = (sample.seen(&flow), sample.attribution());
        let rest = [rest.0, rest.1, rest.2];
        let mut answers = sample.answers.clone();
        let mut before: Option<(Vec<_>, Vec<Prospect>)> = None;
        for next in std::iter::once(None).chain(order.into_iter().map(Some)) {
            if let Some(field) = next {
                answers[field].get_or_insert_with(|| rest[field].clone());
            }
            let evidence = evidence(&flow, &answers, &seen, attribution.as_ref());
            let standing = Standing::new(&evidence, &Tally::of(&evidence));
            let prospects = standing.prospects();
            if let Some((scores, known)) = &before {
                for ((_, inner), outer) in standing.scores.iter().zip(scores) {
                    let outer: &prequal::score::Interval = outer;
                    prop_assert!(outer.least <= inner.least && inner.most <= outer.most);
                }
                for (place, (now, then)) in prospects.iter().zip(known).enumerate() {
                    prop_assert!(*then == Prospect::Open || now == then, "stage {}: {:?} after {:?}", place, now, then);
                }
            }
            for (points, range) in &standing.scores {
                prop_assert!(range.least <= *points && *points <= range.most);
            }
            before = Some((standing.scores.iter().map(|(_, range)| *range).collect(), prospects));
        }
        // Nothing is open any more, so everything is settled, and it is what it is.
        let evidence = evidence(&flow, &answers, &seen, attribution.as_ref());
        let standing = Standing::new(&evidence, &Tally::of(&evidence));
        prop_assert!(standing.scores.iter().all(|(points, range)| range.is_settled() && range.least == *points));
        prop_assert_eq!(standing.settled_stage(), Some(standing.stage()));
    }

    /// Points kept up event by event are those counted at once, in whatever order the events come.
    #[test]
    fn sums_kept_up_are_sums_counted(
        flow in flow(),
        sample in sample(),
        order in Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle(),
    ) {
        let flow = load(&flow);
        let (seen, attribution) = (sample.seen(&flow), sample.attribution());
        let (mut answers, mut so_far) = (vec![None; 3], vec![Seen::default(); 2]);
        let mut tally = Tally::of(&evidence(&flow, &answers, &so_far, attribution.as_ref()));
        for event in order {
            match event {
                0..3 => {
                    answers[event] = sample.answers[event].clone();
                    tally.answered(&evidence(&flow, &answers, &so_far, attribution.as_ref()), event);
                }
                signal => {
                    so_far[signal - 3] = seen[signal - 3].clone();
                    tally.noticed(&evidence(&flow, &answers, &so_far, attribution.as_ref()), signal - 3);
                }
            }
            prop_assert_eq!(&tally, &Tally::of(&evidence(&flow, &answers, &so_far, attribution.as_ref())));
        }
        let mut later = evidence(&flow, &answers, &so_far, attribution.as_ref());
        later.now = NOON + 3 * 86_400_000;
        tally.aged(&later);
        prop_assert_eq!(&tally, &Tally::of(&later));
    }

    /// More of a good signal never takes points, and none of it is better with age.
    #[test]
    fn a_signal_seen_again_never_costs(flow in flow(), sample in sample(), page in 0..4u8) {
        let mut flow = flow;
        for rule in flow["scoring"]["rules"].as_array_mut().expect("rules") {
            let points = rule["points"].as_i64().expect("points").abs().min(1000);
            rule["points"] = points.into();
            if rule.get("when").is_some() {
                rule["when"] = false.into();
            }
        }
        let flow = load(&flow);
        let mut seen = sample.seen(&flow);
        let before = score(&evidence(&flow, &sample.answers, &seen, None));
        seen[0].notice(&format!("/{page}"), NOON);
        let after = score(&evidence(&flow, &sample.answers, &seen, None));
        prop_assert!(after.total >= before.total);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// What is called unreachable is reached by no lead that a blind search comes upon, and what is
    /// called reachable is reached by the lead that is shown for it.
    #[test]
    fn reachability_is_never_wrong(flow in flow(), leads in prop::collection::vec(sample(), 200)) {
        let flow = load(&flow);
        let stages = flow.flow().stages.len();
        let verdicts: Vec<Reach> = (0..stages).map(|stage| reach(&flow, Target::Stage(stage), NOON)).collect();
        for (stage, verdict) in verdicts.iter().enumerate() {
            if let Reach::Reachable(witness) | Reach::OutsideConversation(witness) = verdict {
                prop_assert_eq!(&witness.lead.stage, &flow.flow().stages[stage].id);
            }
        }
        let most = most(&flow, NOON);
        prop_assert!(most.found.lead.total <= most.bound);
        for sample in leads {
            let (seen, attribution) = (sample.seen(&flow), sample.attribution());
            let card = score(&evidence(&flow, &sample.answers, &seen, attribution.as_ref()));
            prop_assert!(card.total <= most.bound, "{:?}", sample);
            prop_assert_ne!(&verdicts[card.stage], &Reach::Unreachable, "{:?}", sample);
        }
    }
}
