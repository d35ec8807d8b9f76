"""The key ring: what one use seals or signs, no other takes back."""

import stat
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auth.keys import Key, KeyFileRefused, KeyRing, NotSealedHere, joined, kept_at

RING = KeyRing.made()
PRACTICE = uuid4()
purposes = st.text(max_size=12)
practices = st.none() | st.uuids()
parts = st.lists(st.binary(max_size=12), max_size=4)


@given(purposes, practices, st.binary(max_size=200), parts)
@example("", None, b"", [])
@example("cursor", PRACTICE, b"", [b""])
def test_what_was_sealed_is_unsealed(purpose: str, practice: UUID | None, plain: bytes, bound: list[bytes]) -> None:
    assert RING.unseal(purpose, practice, RING.seal(purpose, practice, plain, bound), bound) == plain


@given(st.binary(max_size=60), parts)
def test_equal_positions_have_equal_cursors(plain: bytes, bound: list[bytes]) -> None:
    assert RING.seal("cursor", PRACTICE, plain, bound) == RING.seal("cursor", PRACTICE, plain, bound)


def test_a_sealed_value_is_safe_in_a_url_and_shows_nothing_of_its_content() -> None:
    sealed = RING.seal("cursor", PRACTICE, b"Oyelaran" * 9)
    assert set(sealed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert "Oyelaran" not in sealed


@given(st.data(), st.binary(max_size=40))
def test_a_sealed_value_with_one_character_changed_is_refused(data: st.DataObject, plain: bytes) -> None:
    sealed = RING.seal("cursor", PRACTICE, plain)
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.characters().filter(lambda character: character != sealed[place]))
    with pytest.raises(NotSealedHere):
        RING.unseal("cursor", PRACTICE, sealed[:place] + other + sealed[place + 1 :])


@given(st.text() | st.text("abcAZ09-_.=").map(lambda text: f"{RING.keys[0].name}.{text}"))
@example("\ud800")
@example(f"{RING.keys[0].name}.")
@example(f"{RING.keys[0].name}.{'A' * 22}")
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(NotSealedHere):
        RING.unseal("cursor", PRACTICE, text)
    assert not RING.verify("cursor", PRACTICE, b"", text)


@given(purposes, practices, parts, purposes, practices, parts)
@example("cursor", PRACTICE, [], "cursor", None, [])
@example("cursor", PRACTICE, [b"ab", b"c"], "cursor", PRACTICE, [b"a", b"bc"])
def test_no_other_use_unseals_it(
    purpose: str, practice: UUID | None, bound: list[bytes], purpose_: str, practice_: UUID | None, bound_: list[bytes]
) -> None:
    if (purpose, practice, bound) != (purpose_, practice_, bound_):
        with pytest.raises(NotSealedHere):
            RING.unseal(purpose_, practice_, RING.seal(purpose, practice, b"position", bound), bound_)


@given(purposes, practices, st.binary(max_size=60), purposes, practices, st.binary(max_size=60))
@example("link", PRACTICE, b"m", "link", None, b"m")
def test_a_signature_holds_for_its_own_message_and_use_alone(
    purpose: str, practice: UUID | None, message: bytes, purpose_: str, practice_: UUID | None, message_: bytes
) -> None:
    signature = RING.sign(purpose, practice, message)
    same = (purpose, practice, message) == (purpose_, practice_, message_)
    assert RING.verify(purpose, practice, message, signature)
    assert RING.verify(purpose_, practice_, message_, signature) is same


def test_a_fingerprint_is_not_a_signature() -> None:
    assert not RING.verify("address", PRACTICE, b"value", RING.fingerprint("address", PRACTICE, b"value"))


def test_old_keys_unseal_and_verify_and_the_newest_seals_and_signs() -> None:
    older = KeyRing.made()
    newer = older.with_new_key()
    sealed, signed = older.seal("cursor", None, b"position"), older.sign("link", None, b"message")
    assert newer.unseal("cursor", None, sealed) == b"position"
    assert newer.verify("link", None, b"message", signed)
    assert newer.seal("cursor", None, b"position").startswith(f"{newer.keys[0].name}.")
    assert newer.sign("link", None, b"message").startswith(f"{newer.keys[0].name}.")
    with pytest.raises(NotSealedHere):
        older.unseal("cursor", None, newer.seal("cursor", None, b"position"))


def test_a_value_is_recognised_by_its_fingerprint_after_a_new_key() -> None:
    older = KeyRing.made()
    newer = older.with_new_key()
    assert older.fingerprint("address", PRACTICE, b"value") in newer.fingerprints("address", PRACTICE, b"value")
    assert newer.fingerprints("address", PRACTICE, b"value")[0] == newer.fingerprint("address", PRACTICE, b"value")


def test_a_key_of_the_same_name_but_another_secret_unseals_nothing() -> None:
    other = KeyRing([Key(RING.keys[0].name, b"x" * 32)])
    with pytest.raises(NotSealedHere):
        other.unseal("cursor", None, RING.seal("cursor", None, b"position"))


@given(parts, parts)
def test_no_two_lists_of_parts_look_the_same(one: list[bytes], other: list[bytes]) -> None:
    assert (joined(one) == joined(other)) is (one == other)


def test_a_ring_is_read_as_it_was_written_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    ring = KeyRing.made().with_new_key()
    ring.write(tmp_path / "new" / "keys")
    assert KeyRing.read(tmp_path / "new" / "keys").keys == ring.keys
    assert stat.S_IMODE((tmp_path / "new" / "keys").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["keys"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_file_open_to_others_is_refused_and_the_message_mends_it(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys"
    KeyRing.made().write(path)
    path.chmod(mode)
    with pytest.raises(KeyFileRefused, match=f"open to others .*{mode:o}.*chmod 600 {path}"):
        KeyRing.read(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no key"),
        ("# only a remark\n\n", "holds no key"),
        ("first c2hvcnQ=\n", "line 1: expected a name"),
        ("first " + "A" * 43 + "=\nsecond\n", "line 2: expected a name"),
        ("first " + "A" * 43 + "=\nfirst " + "B" * 43 + "=\n", "no two of one name"),
        ("bad.name " + "A" * 43 + "=\n", "line 1: expected a name"),
    ],
)
def test_a_damaged_key_file_is_refused_without_showing_a_secret(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "keys"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(KeyFileRefused, match=said) as refused:
        KeyRing.read(path)
    assert "AAAA" not in str(refused.value)


def test_a_missing_key_file_is_refused_when_read(tmp_path: Path) -> None:
    with pytest.raises(KeyFileRefused, match="make one with"):
        KeyRing.read(tmp_path / "keys")


def test_a_missing_key_file_is_made_once(tmp_path: Path) -> None:
    first = kept_at(tmp_path / "keys")
    assert kept_at(tmp_path / "keys").keys == first.keys
    assert not KeyRing.made().write_first(tmp_path / "keys")
    assert [path.name for path in (tmp_path).iterdir()] == ["keys"]


def test_no_secret_is_printed_with_a_ring_or_a_key() -> None:
    assert repr(RING) == f"KeyRing({RING.keys[0].name})"
    assert repr(RING.keys[0]) == f"Key(name={RING.keys[0].name!r})"
