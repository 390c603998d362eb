"""Every rule id is tried in the verifier: kept, broken and at the boundary."""

from test_verify_members import CASES as MEMBERS
from test_verify_reasons import CASES as REASONS
from test_verify_record import CASES as RECORD
from test_verify_sharing import CASES as SHARING
from verify_cases import KINDS

from sip_grouping.rules import (
    RULES,
    CertificateRuleId,
    PlanRuleId,
    ProjectRuleId,
    RecordRuleId,
    RoundRuleId,
    RuleId,
)


def test_every_rule_is_tried_kept_broken_and_at_the_boundary() -> None:
    tried = {(case.rule, case.kind) for case in (*MEMBERS, *SHARING, *RECORD, *REASONS)}
    rules = {*RuleId, *RecordRuleId}
    assert tried == {(rule, kind) for rule in rules for kind in KINDS}
    # Those of groups formed again are tried in test_verify_reformed, those of certificates in
    # test_verify_certificate, of plans in test_verify_plan, of test projects in test_verify_projects.
    others = {*RoundRuleId, *CertificateRuleId, *PlanRuleId, *ProjectRuleId}
    assert rules | others == {rule.id for rule in RULES}
