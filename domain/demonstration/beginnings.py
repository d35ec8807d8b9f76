"""Stories of families that begin, grow and lose: fertility, birth, the time after, loss, adoption, abortion."""

from domain.demonstration.stories import Beat, Measure, Story

BLOOD_PRESSURE = Measure("Systolic blood pressure", "mmHg", 98, 142)
BABY_WEIGHT = Measure("Baby's weight", "kg", 29, 52, tenths=True)

FERTILITY = Story(
    titles=("Hoping for a child", "Second try", "Cycle support"),
    professions=("Midwife", "Counsellor"),
    days=(120, 420),
    expects=False,
    beats=(
        Beat(
            0.0,
            "First conversation",
            """# First conversation

{name} and {partner} have been trying for {months} months. Cycles {cycle} days, regular.

- No medication, folic acid since spring
- Referred to the clinic, first appointment in {weeks} weeks
- Wish: somebody to ask *between* appointments

**Agreed:** a call every second week, sooner when results come.""",
        ),
        Beat(
            0.25,
            "Results talked through",
            """Blood results came by post and were hard to read alone.
Went through them together, line by line.

> "I thought the arrow meant something terrible."

It did not. TSH {tsh} mU/l, everything else within range. Questions for the clinic written down, {name}
takes the list.""",
        ),
        Beat(
            0.5,
            "After the second cycle",
            """Second cycle without success. {name} sounded tired,
{partner} was there for most of the visit.

Talked about:
1. taking a month off,
2. who knows and who need not know,
3. what would be *enough* help.

They want to go on after the holidays. Next call in {weeks} weeks.""",
        ),
        Beat(
            0.75,
            "Plan for the transfer",
            """## Plan

- [x] Medication plan explained by the clinic
- [x] Injections practised, {partner} does them
- [ ] Somebody to drive on the day

Sleep is the main worry ({hours} hours a night). Gave the breathing exercise on one page.""",
        ),
    ),
    measures=(Measure("Cycle length", "days", 25, 34), Measure("Basal temperature", "°C", 362, 371, tenths=True)),
    calls=(
        "Period started, next cycle begins on Monday",
        "Asked whether flying is fine in the second week",
        "Clinic moved the appointment by a day",
        "Wanted to talk, nothing urgent",
    ),
    follow_ups=(
        "Managed the injections well, slightly sore",
        "Took the month off, both feel lighter",
        "Waiting for the result on Thursday, will call then",
    ),
    pauses=("Taking a break until after the summer", "Waiting for the clinic's next date"),
    outcomes=(
        "Pregnant, care goes on in a new journey",
        "Decided to stop, at peace with it",
        "Moved to the clinic's own team",
    ),
)

BIRTH = Story(
    titles=("Birth of the first child", "Second birth", "Birth at home", "Birth after caesarean"),
    professions=("Midwife", "Doula"),
    days=(150, 260),
    expects=True,
    beats=(
        Beat(
            0.0,
            "Booking visit",
            """# Booking visit

{name}, {weeks_pregnant} weeks. Due date confirmed by scan.

| | |
|---|---|
| Blood pressure | {systolic}/{diastolic} |
| Weight | {kilograms} kg |
| Blood group | known, in the maternity record |

**Wishes for the birth:** to move freely, few people in the room, {partner} beside her. Afraid of being left alone.

Plan: visits every four weeks, phone number of the on-call midwife given.""",
        ),
        Beat(
            0.2,
            "Visit: all well",
            """Fundal height fits the dates. Heartbeat {heartbeat}, lively. BP
{systolic}/{diastolic}, urine clear.

{name} feels well, some heartburn at night. Small meals, head of the bed up. Feels movements since last week.""",
        ),
        Beat(
            0.4,
            "Birth preferences",
            """## Birth preferences

- Water if the pool is free
- No student during the birth, welcome before
- Delayed cord clamping
- {partner} announces the sex, nobody else

If a caesarean becomes necessary: screen lowered, skin to skin in theatre.

*Copy handed over, second copy in the bag.*""",
        ),
        Beat(
            0.6,
            "Visit: iron low",
            """Hb {haemoglobin} g/dl. Tired, otherwise well. Iron every second
day with juice, not with tea; repeat in {weeks} weeks.

BP {systolic}/{diastolic}. Baby head down, back on the left. Talked through signs that need a call **at
once**: headache with flickering, bleeding, fewer movements.""",
        ),
        Beat(
            0.8,
            "Thirty-six weeks",
            """Home visit. Room is ready, {partner} has leave from the due date on.

Went through the early labour: when to eat, when to rest, when to call. Tried positions on the stairs
and the ball. {name} laughed a lot, that helps.

- [x] Bag packed
- [x] Car seat fitted
- [ ] Freezer meals""",
        ),
        Beat(
            0.95,
            "Birth",
            """# Birth

Contractions regular since {hour}:00, called at every five minutes. On arrival {centimetres} cm, calm,
breathing well.

Born at {hour_later}:{minutes}, **{grams} g**, {long} cm, Apgar 9/10/10. Placenta complete, blood loss
about {millilitres} ml. Small tear, not sutured.

Skin to skin for two hours, first feed after forty minutes. {partner} cut the cord. Everybody well when I left.""",
        ),
    ),
    measures=(
        BLOOD_PRESSURE,
        Measure("Fundal height", "cm", 18, 38),
        Measure("Baby's heartbeat", "per minute", 118, 158),
        Measure("Haemoglobin", "g/dl", 98, 131, tenths=True),
    ),
    calls=(
        "Contractions every ten minutes, will rest and call again",
        "Asked about swollen feet in the evening",
        "Fewer movements since noon: sent to be checked, all well",
        "Wants to move the visit to Thursday",
        "Scan report came, measures fit the dates",
        "Partner asked what to bring for the night",
    ),
    follow_ups=(
        "Feels movements every day",
        "Heartburn better with the head of the bed raised",
        "Has read the birth preferences again, nothing to change",
        "Sleeping on the left, back pain less",
    ),
    pauses=("Staying with family abroad until the thirtieth week", "In hospital for observation"),
    outcomes=("Healthy child, born spontaneously", "Healthy child, born by caesarean"),
)

POSTPARTUM = Story(
    titles=("After the birth", "The first months", "Feeding support"),
    professions=("Midwife", "Lactation consultant", "Doula"),
    days=(60, 150),
    expects=False,
    beats=(
        Beat(
            0.0,
            "First visit at home",
            """# First visit at home

Day {day}. {name} slept {hours} hours in pieces. Womb well contracted, bleeding as expected. Baby rosy,
{grams} g, a little yellow in the face only.

Feeding: latches on the left, hurts on the right. Tried lying down, **much better**.""",
        ),
        Beat(
            0.2,
            "Feeding",
            """Observed a whole feed. Good swallowing after the let-down. Right nipple
cracked, healing.

1. Begin on the left
2. Lie back, baby's weight does the work
3. Purified lanolin, air

Weight {grams} g, regained the birth weight on day {day}.""",
        ),
        Beat(
            0.45,
            "How are you really?",
            """Edinburgh scale: **{score}**. No thoughts of harm, asked directly.

Cries in the evening when {partner} leaves for the late shift. Sister comes on Tuesdays from now on.
Talk again on Friday; number of the crisis line is on the fridge.""",
        ),
        Beat(
            0.7,
            "Six weeks",
            """Pelvic floor: can hold for {seconds} seconds, no leaking when
sneezing. Separation two fingers. Begin with the course next month.

Baby smiles back. {name} went out alone for the first time, for coffee, for one hour. Enjoyed it.""",
        ),
        Beat(
            0.95,
            "Last visit",
            """Looked back together. What helped: *being told that it would change
in the third week, and that it did*.

Open: vaccination dates are booked with the family doctor. May call at any time.""",
        ),
    ),
    measures=(BABY_WEIGHT, Measure("Edinburgh scale", "points", 2, 14), Measure("Wet nappies a day", None, 4, 9)),
    calls=(
        "Baby sleeps long, wake for a feed? Advised yes, until the weight is back",
        "Fever of 38.1, breast red: seen the same day",
        "Asked for a letter for the insurer",
        "All well, only wanted to say thank you",
    ),
    follow_ups=("Feeding without pain on both sides", "Weight goes up steadily", "Better nights since they take turns"),
    pauses=("Mother and child in hospital for a week", "Staying with the grandparents"),
    outcomes=("Feeding well, family settled in", "Weaned gently at four months", "Handed over to the family doctor"),
)

LOSS = Story(
    titles=("After the loss", "Remembering"),
    professions=("Counsellor", "Midwife", "Doula"),
    days=(60, 240),
    expects=False,
    beats=(
        Beat(
            0.0,
            "First visit after the loss",
            """Came on the third day. {name} told the whole story
once, {partner} held her hand.

The child has a name; we use it. Photographs were taken at the hospital and are in the drawer until they want them.

Body: milk has come in. Explained what eases it and what to look for. **No appointment cards with happy
pictures, please.**""",
        ),
        Beat(
            0.3,
            "The farewell",
            """They planned the farewell themselves: outdoors, six people, a
song. Printed the form for the registry, which may be handed in later too.

{name} sleeps {hours} hours. Eats when somebody cooks.""",
        ),
        Beat(
            0.6,
            "Going back to work",
            """First day at work was too early. Wrote to the doctor, two
more weeks granted.

> "Everybody was careful except the one who asked. She was the only one I could stand."

Agreed on a sentence for colleagues.""",
        ),
        Beat(
            0.9,
            "The due date",
            """The day that would have been the due date. Went for the walk they
had planned. It was sad and it was all right.

{name} would like to come to the group in spring.""",
        ),
    ),
    measures=(Measure("Hours of sleep", "h", 3, 8), Measure("Own rating of the day", "of 10", 2, 7)),
    calls=(
        "Bad night, wanted to hear a voice",
        "Asked where to order the memorial card",
        "Partner called, worried, both came by",
        "Does not want to be rung this week",
    ),
    follow_ups=(
        "Went to the grave, took a friend along",
        "Slept through for the first time",
        "Quiet week, reading again",
    ),
    pauses=("Needs quiet for a while, will get in touch",),
    outcomes=("Goes on in the group", "Closed together with a walk"),
)

ADOPTION = Story(
    titles=("A child joins the family", "Adoption of siblings"),
    professions=("Counsellor", "Doula"),
    days=(150, 420),
    expects=True,
    beats=(
        Beat(
            0.0,
            "Getting to know the family",
            """{name} and {partner} were approved in the autumn.
The child is {age} and lives with a foster family for now.

Worries: the first nights; the grandmother who asks too much. Drew the circle of people with them.""",
        ),
        Beat(
            0.35,
            "First meetings",
            """Third meeting at the foster family's. The child showed the
rabbit, then the room, then asked to go out.

What went well: short visits, always the same goodbye. Keep to it.""",
        ),
        Beat(
            0.65,
            "Moving in",
            """Moved in on Saturday with two boxes and the rabbit. Did not cry, did
not eat much. {name} slept on the floor beside the bed.

- Same breakfast every day
- No visitors for {weeks} weeks
- School begins later, letter written""",
        ),
        Beat(
            0.9,
            "Half a year",
            """Calls {name} by the first name, and {partner} "my papa" towards
others. Nightmares once a week, was every night.

Hearing at the court in {weeks} weeks, documents complete.""",
        ),
    ),
    measures=(Measure("Nights without waking", "a week", 0, 7),),
    calls=("Court confirmed the date", "Rough evening, talked until it was quiet", "Asked about leave from work"),
    follow_ups=("First visit of the grandmother went well", "School trial day: stayed until lunch"),
    pauses=("Waiting for the court", "Family on holiday, first one together"),
    outcomes=("Adoption granted", "Family settled, support no longer needed"),
)

ABORTION = Story(
    titles=("Private care", "Support through a decision"),
    professions=("Counsellor", "Midwife"),
    days=(14, 60),
    expects=False,
    beats=(
        Beat(
            0.0,
            "Conversation",
            """{name} came alone. Has decided, wanted facts, not advice.
Explained both methods, times and what each feels like.

**Contact by mobile only, no messages, no post.** Counselling certificate issued.""",
        ),
        Beat(
            0.5,
            "The day after",
            """Pain controlled with ibuprofen. Bleeding like a strong period, no
fever. A friend stays overnight.

Signs that need the emergency unit gone through again; repeated them back to me.""",
        ),
        Beat(
            0.9,
            "Two weeks later",
            """Test negative, bleeding ended. Relieved, "a little sad on
Sundays". Contraception: wants the coil, appointment made.

May come back at any time, no questions asked.""",
        ),
    ),
    measures=(Measure("Temperature", "°C", 364, 374, tenths=True), Measure("Pain", "of 10", 0, 6)),
    calls=("Bleeding is less today, reassured", "Asked about work on Monday"),
    follow_ups=("No fever, no pain", "Back at work"),
    pauses=("Asked for time to think",),
    outcomes=("Completed without complications", "Decided otherwise, care goes on in a new journey"),
)
