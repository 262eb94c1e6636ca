use super::super::*;
use crate::draws::Draws;

fn drawn(draws: &mut Draws, count: usize) -> Vec<Event> {
    let event = |_| {
        let several = [draws.below(5), draws.below(5)];
        let steps = Steps::of(&several[..draws.below(3)]).expect("few steps");
        Event { time: draws.below(12) as f64, steps }
    };
    (0..count).map(event).collect()
}

fn level(events: &[Event], window: f64, rules: Rules) -> usize {
    progress(events, 4, window, rules).expect("a way").level()
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let mut draws = Draws::new(21);
    for round in 0..2_000 {
        let mut list = drawn(&mut draws, 1 + round % 9);
        let bit = |place: usize| round >> place & 1 == 1;
        let rules = Rules {
            order: bit(0),
            deduplication: bit(1),
            increase: bit(2),
            once: bit(3),
            reentry: bit(4),
        };
        let found = progress(&list, 4, 6.0, rules);
        list.reverse();
        assert_eq!(progress(&list, 4, 6.0, rules), found, "{list:?} {rules:?}");
        for event in &mut list {
            event.time += 1_000.0;
        }
        let level = found.expect("a way").level();
        assert_eq!(progress(&list, 4, 6.0, rules).expect("a way").level(), level);
    }
}

/// Every way through the events is tried.
fn deepest(events: &[Event], way: &mut Vec<usize>, window: f64, rules: Rules) -> usize {
    let mut most = way.len();
    if way.len() == 4 {
        return most;
    }
    for (place, event) in events.iter().enumerate() {
        let follows = match way.last() {
            None => true,
            Some(last) => {
                let (before, first) = (events[*last].time, events[way[0]].time);
                let later = event.time > before || (event.time >= before && !rules.increase);
                let unspent = !rules.once || !way.contains(&place);
                later && unspent && event.time - first <= window
            }
        };
        if follows && event.steps.holds(way.len()) {
            way.push(place);
            most = most.max(deepest(events, way, window, rules));
            way.pop();
        }
    }
    most
}

#[test]
fn no_way_leads_deeper() {
    let mut draws = Draws::new(22);
    for round in 0..3_000 {
        let list = drawn(&mut draws, 1 + round % 8);
        let (increase, once) = (round % 2 == 0, round % 4 < 2);
        let rules = Rules { increase, once, ..Rules::LOOSE };
        let tried = deepest(&list, &mut Vec::new(), 5.0, rules);
        assert_eq!(level(&list, 5.0, rules), tried, "{list:?} {rules:?}");
    }
}

#[test]
fn stricter_rules_and_shorter_windows_never_lead_deeper_and_counts_never_rise() {
    let mut draws = Draws::new(23);
    let mut people = Vec::new();
    for _ in 0..500 {
        let list = drawn(&mut draws, 8);
        let loose = progress(&list, 4, 6.0, Rules::LOOSE).expect("a way");
        assert!(level(&list, 6.0, Rules::STRICT) <= loose.level());
        assert!(level(&list, 3.0, Rules::LOOSE) <= loose.level());
        assert!(loose.times.windows(2).all(|pair| pair[0] <= pair[1]));
        people.push(loose);
    }
    let funnel = funnel(&people, 4, 6.0, 12.0, 0.95).expect("a funnel");
    assert!(funnel.reached.windows(2).all(|pair| pair[0] >= pair[1]));
    for passage in &funnel.passages {
        let rate = passage.rate.expect("somebody");
        assert!(rate.exact.0 <= rate.share && rate.share <= rate.exact.1);
        assert!(rate.wilson.0 <= rate.share && rate.share <= rate.wilson.1);
    }
}
