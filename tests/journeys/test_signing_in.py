from tests.journeys.conftest import PASSWORD, SIGN_IN, House, ask

WHO = "{ viewer { kind memberships { practiceName } } practice { name } }"


async def test_a_browser_signs_in_asks_and_signs_out(house: House) -> None:
    email, _ = await house.person(await house.practice())
    async with house.browser() as browser:
        signed_in = await ask(browser, SIGN_IN, input={"email": email.upper(), "password": PASSWORD})
        at_work = await ask(browser, WHO)
        cookie = dict(browser.cookies)
        await ask(browser, "mutation { signOut { problems { code } } }")
        gone = await ask(browser, WHO)
        browser.cookies.update(cookie)
        replayed = await ask(browser, WHO)

    assert signed_in["data"]["signIn"]["token"] is None
    assert at_work["data"]["viewer"]["kind"] == "MEMBER"
    assert gone["data"]["viewer"]["kind"] == replayed["data"]["viewer"]["kind"] == "ANONYMOUS"
    assert [error["extensions"]["code"] for error in replayed["errors"]] == ["NOT_SIGNED_IN"]


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    email, _ = await house.person(await house.practice())
    async with house.browser() as browser:
        response = await browser.post(
            "/graphql", json={"query": SIGN_IN, "variables": {"input": {"email": email, "password": PASSWORD}}}
        )
        given = response.headers["set-cookie"]
        elsewhere = await browser.post("/graphql", json={"query": WHO}, headers={"origin": "https://evil.example"})

    assert "HttpOnly" in given
    assert "SameSite=Strict" in given
    assert "Path=/" in given
    assert elsewhere.status_code == 403


async def test_an_unknown_address_and_a_wrong_password_are_answered_alike(house: House) -> None:
    email, _ = await house.person(await house.practice())
    async with house.browser() as browser:
        wrong = await ask(browser, SIGN_IN, input={"email": email, "password": "guess"})
        unknown = await ask(browser, SIGN_IN, input={"email": f"x{email}", "password": "guess"})

    assert wrong == unknown
    assert wrong["data"]["signIn"]["problems"] == [{"code": "SIGN_IN_REFUSED"}]


async def test_guessing_is_slowed_down_whether_or_not_the_address_is_known(house: House) -> None:
    email, _ = await house.person(await house.practice())
    for address in (email, f"nobody.{email}"):
        async with house.browser() as browser:
            tries = [await ask(browser, SIGN_IN, input={"email": address, "password": "guess"}) for _ in range(6)]

        assert [bool(each.get("errors")) for each in tries] == [False] * 5 + [True]
        assert tries[-1]["errors"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"


async def test_who_works_for_two_practices_enters_one_of_them(house: House) -> None:
    first, second = await house.practice(), await house.practice()
    email, _ = await house.person(first)
    await house.person(second, email=email)
    enter = "mutation ($id: ID!) { sessionEnter(input: {practiceId: $id}) { problems { code } viewer { kind } } }"
    async with house.browser() as browser:
        signed_in = await ask(browser, SIGN_IN, input={"email": email, "password": PASSWORD})
        outside = await ask(browser, WHO)
        entered = await ask(browser, enter, id=f"practice_{second.id.hex}")
        inside = await ask(browser, "{ practice { id } }")
        foreign = await ask(browser, enter, id=f"practice_{(await house.practice()).id.hex}")

    assert len(signed_in["data"]["signIn"]["viewer"]["memberships"]) == 2
    assert outside["errors"][0]["extensions"]["code"] == "NO_PRACTICE"
    assert entered["data"]["sessionEnter"] == {"problems": [], "viewer": {"kind": "MEMBER"}}
    assert inside["data"]["practice"]["id"] == f"practice_{second.id.hex}"
    assert foreign["data"]["sessionEnter"]["problems"] == [{"code": "NOT_FOUND"}]


async def test_signing_out_everywhere_ends_every_session(house: House) -> None:
    email, _ = await house.person(await house.practice())
    token = await house.token(email)
    async with house.browser() as browser:
        await ask(browser, SIGN_IN, input={"email": email, "password": PASSWORD})
        await ask(browser, "mutation { signOutEverywhere { problems { code } } }")
    async with house.browser(authorization=f"Bearer {token}") as program:
        refused = await program.post("/graphql", json={"query": WHO})

    assert refused.status_code == 401
    assert refused.json()["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"
