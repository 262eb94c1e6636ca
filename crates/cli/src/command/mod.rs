//! One file per command.

mod archive;
mod backfill;
mod check;
mod correct;
mod corrections;
mod diff;
mod digest;
mod doctor;
mod experiment;
mod explain;
mod export;
mod hold;
mod kpi;
mod metrics;
mod preview;
mod quarantine;
mod resend;
mod run_job;
mod runs;
mod schedule;
mod schema;
pub(crate) mod settle;
mod sniff;
mod status;
mod watch;

use crate::{
    args::{Args, Command, ExperimentCommand},
    exit::Exit,
    workplace::Workplace,
};
use anyhow::Result;

/// Does what the arguments say.
pub(crate) fn run(args: &Args) -> Result<Exit> {
    // Whoever cannot go on for a fault of the settings asks the doctor.
    if let Command::Doctor { format } = &args.command {
        return doctor::run(&args.global, *format);
    }
    let place = Workplace::new(&args.global)?;
    match &args.command {
        Command::Archive(args) => archive::run(args),
        Command::Backfill { job, from, to, format } => {
            backfill::run(&place, job, *from, *to, *format)
        }
        Command::Check { jobs } => check::run(&place, jobs),
        Command::Correct { job, as_of, no_send, format } => {
            correct::run(&place, job, as_of.as_deref(), !*no_send, *format)
        }
        Command::Diff { before, now, format } => diff::run(&place, before, now, *format),
        Command::Digest { as_of, no_send, format } => {
            digest::run(&place, *as_of, !*no_send, *format)
        }
        Command::Doctor { format } => doctor::run(&args.global, *format),
        Command::Experiment(ExperimentCommand::Plan(args)) => experiment::plan(&place, args),
        Command::Explain { job, as_of, format } => {
            explain::run(&place, job, as_of.as_deref(), *format)
        }
        Command::Hold { job, reason, lift: _ } => hold::hold(&place, job, reason.as_deref()),
        Command::Kpi(args) => kpi::run(&place, args),
        Command::Metrics { job, out, all } => {
            metrics::run(&place, job.as_deref(), out.as_deref(), *all)
        }
        Command::Preview { job, as_of, out, slice } => {
            preview::run(&place, job, as_of.as_deref(), (out.as_deref(), slice.as_deref()))
        }
        Command::Quarantine(args) => quarantine::run(&place, args),
        Command::Release { run, job, format } => {
            hold::release(&place, run, job.as_deref(), *format)
        }
        Command::Render { report, out, templates, attachments, layout, brand } => {
            let look = (layout.as_deref(), brand.as_deref());
            preview::render(report, out.as_deref(), templates.as_deref(), look, attachments)
        }
        Command::Resend { run, to, job, format } => {
            resend::resend(&place, run, to, job.as_deref(), *format)
        }
        Command::Run { job, as_of, no_send, no_wait, format } => {
            let how = run_job::How { send: !*no_send, wait: !*no_send && !*no_wait };
            run_job::run(&place, job, as_of.as_deref(), how, *format)
        }
        Command::Runs { run, format } => runs::run(&place, run.as_deref(), *format),
        Command::Schedule(command) => schedule::run(&place, command),
        Command::Schema { out } => schema::run(out.as_deref()),
        Command::Settle(args) => settle::run(&place, args),
        Command::ShowSent { job, to, on, out } => {
            resend::show(&place, job, (to, *on), out.as_deref())
        }
        Command::Sniff { file, format, sheet, out } => {
            let form = sniff::Form { format: *format, sheet: sheet.as_deref() };
            sniff::run(&place, file, form, out.as_deref())
        }
        Command::Status { jobs, format } => status::run(&place, jobs, *format),
    }
}
