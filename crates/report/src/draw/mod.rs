//! How a figure is drawn: colours, text, scales and the frames that figures share. Nothing here
//! knows what is drawn.

mod canvas;
mod chart;
mod compact;
mod heading;
mod labels;
mod panels;
mod rows;
mod scale;
mod text;
mod theme;

pub use self::theme::family_colour;
pub(crate) use self::{
    canvas::{Canvas, Face, H, Sheet, Stroke},
    chart::{Axis, Chart, Trail},
    heading::{Heading, WIDTH},
    labels::spread,
    panels::{Line, Mark, Panel, Panels, Range},
    rows::{Plot, RowHead, Rows},
    scale::{Scale, linear_ticks, log_ticks, nice_ceiling, nice_floor},
    text::{fit, width, wrap},
    theme::{Role, escape, rules, variables, without_style},
};
