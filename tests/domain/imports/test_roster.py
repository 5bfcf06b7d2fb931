"""Which team is meant, and which code a new one gets."""

from domain.imports.roster import Codes, KnownTeam, Roster

KNOWN = [KnownTeam(1, "KYZQ-0001", "甲队", 10), KnownTeam(2, "KYZQ-0002", "乙队", 10), KnownTeam(3, "X", "乙队", 20)]


def test_a_team_of_the_registry_is_found_by_code_or_by_its_only_name() -> None:
    roster = Roster(KNOWN)
    assert roster.find("KYZQ-0002", None) == 2
    assert roster.find(None, "甲队") == 1
    assert roster.find("KYZQ-0001", "乙队") == 1


def test_an_unknown_code_and_a_name_of_two_teams_mean_nobody() -> None:
    roster = Roster(KNOWN)
    assert roster.find("KYZQ-9999", "甲队") is None
    assert roster.find(None, "乙队") is None
    assert roster.find(None, None) is None


def test_what_the_file_says_goes_before_the_registry() -> None:
    roster = Roster(KNOWN)
    roster.add("KYZQ-0001", "丙队", 7)
    assert (roster.find("KYZQ-0001", None), roster.find(None, "丙队"), roster.find(None, "甲队")) == (7, 7, 1)


def test_a_rejected_team_does_not_send_its_members_to_another_of_its_code_or_name() -> None:
    roster = Roster(KNOWN)
    roster.add("KYZQ-0001", "乙队", None)
    roster.add("N-1", "乙队", 9)
    assert roster.find("KYZQ-0001", None) is None
    assert roster.find(None, "乙队") is None
    assert roster.find("N-1", None) == 9


def test_two_teams_of_the_file_under_one_code_leave_it_open_which_is_meant() -> None:
    roster = Roster([])
    roster.add("N-1", "甲队", 7)
    roster.add("N-1", "乙队", 8)
    assert roster.find("N-1", None) is None


def test_a_free_code_is_kept_and_a_taken_one_counts_on_from_the_highest() -> None:
    codes = Codes(["KYZQ-0001", "KYZQ-0009"], ["KYZQ-0011"])
    assert codes.take("KYZQ-0003") == "KYZQ-0003"
    assert codes.take("KYZQ-0001") == "KYZQ-0012"
    assert codes.take("KYZQ-0003") == "KYZQ-0013"
    assert codes.take("KYZQ-0011") == "KYZQ-0011"


def test_a_team_without_a_code_is_numbered_after_the_others() -> None:
    assert Codes([], []).after("KYZQ-0000") == "KYZQ-0001"
    assert Codes(["KYZQ-9999"], []).after("KYZQ-0000") == "KYZQ-10000"


def test_a_code_without_a_number_gets_one() -> None:
    codes = Codes(["甲"], [])
    assert [codes.take("甲"), codes.take("甲")] == ["甲-1", "甲-2"]
