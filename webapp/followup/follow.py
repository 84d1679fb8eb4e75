"""Every act of what goes on after a result is checked by its own rule at the one door (`acts.write`)."""

from webapp.followup import handing, objections, orders
from webapp.followup.acts import CHECKS

CHECKS.update(
    object=objections.object_fault,
    recheck=objections.recheck_fault,
    rule=objections.rule_fault,
    order=orders.order_fault,
    extend=orders.extend_fault,
    proof=orders.proof_fault,
    rectify=orders.rectify_fault,
    reinspect=orders.reinspect_fault,
    copy=handing.copy_fault,
    transfer=handing.transfer_fault,
    reply=handing.reply_fault,
    penalty=handing.penalty_fault,
    discipline=handing.discipline_fault,
    lift=handing.lift_fault,
)
