use super::buyer;
use crate::lifetime::*;

#[test]
fn a_model_says_why_it_is_missing() {
    let few = vec![buyer(1, 1.0, 2.0); LEAST_CUSTOMERS - 1];
    let once = vec![buyer(0, 0.0, 2.0); LEAST_CUSTOMERS];
    let mut odd = vec![buyer(1, 1.0, 2.0); LEAST_CUSTOMERS];
    odd[3].age = f64::NAN;
    let mut late = vec![buyer(1, 1.0, 2.0); LEAST_CUSTOMERS];
    late[3].recency = 3.0;
    let cases = [
        (Vec::new(), Refusal::TooFewCustomers),
        (few, Refusal::TooFewCustomers),
        (once, Refusal::NoRepeatPurchase),
        (odd, Refusal::NotNumbers),
        (late, Refusal::NotNumbers),
    ];
    for (customers, why) in cases {
        assert_eq!(fit_bg_nbd(&customers), Err(why));
        assert_eq!(fit_mbg_cnbd(&customers), Err(why));
        assert_eq!(fit_pareto_nbd(&customers), Err(why));
    }
}

#[test]
fn spend_needs_those_who_paid_again() {
    let free = vec![Customer { spend: Some(0.0), ..buyer(1, 1.0, 2.0) }; LEAST_CUSTOMERS];
    assert_eq!(fit_gamma_gamma(&free), Err(Refusal::NoRepeatPurchase));
    let few = vec![Customer { spend: Some(5.0), ..buyer(1, 1.0, 2.0) }; LEAST_CUSTOMERS - 1];
    assert_eq!(fit_gamma_gamma(&few), Err(Refusal::TooFewCustomers));
    let odd = vec![Customer { spend: Some(f64::NAN), ..buyer(1, 1.0, 2.0) }; LEAST_CUSTOMERS];
    assert_eq!(fit_gamma_gamma(&odd), Err(Refusal::NotNumbers));
    assert_eq!(fit_gamma_gamma(&[]), Err(Refusal::TooFewCustomers));
    assert_eq!(spend_dependence(&few), None);
}

#[test]
fn odd_logs_and_odd_behaviour() {
    assert_eq!(summarise(&[], 10), Ok(Vec::new()));
    let odd = Purchase { customer: 0, day: 1, amount: f64::NAN };
    assert_eq!(summarise(&[odd], 10), Err(Refusal::NotNumbers));
    assert_eq!(segments(&[]), None);
    let odd = Behaviour { days_since: f64::NAN, purchases: 1, spent: 1.0 };
    assert_eq!(segments(&[odd]), None);
}
