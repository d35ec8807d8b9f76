"""Stories of care that lasts: the end of life, getting well again, wounds, lasting conditions, therapy."""

from domain.demonstration.stories import Beat, Measure, Story

PALLIATIVE = Story(
    titles=("Care at home", "The last months", "Comfort care"),
    professions=("Palliative nurse", "Counsellor"),
    days=(40, 260),
    expects=False,
    beats=(
        Beat(
            0.0,
            "First assessment at home",
            """# First assessment at home

{name} wants to stay at home. {relative} and a neighbour share the days; nights are the question.

- Pain {pain}/10 at rest, worse when turned
- Eats little, likes ice cream
- **Wishes:** no hospital, the window open, the dog on the bed

Advance directive seen, copy in the file.""",
        ),
        Beat(
            0.3,
            "Medication adjusted",
            """Pain {pain}/10 after the change, was {worse_pain}. Sleeps
between doses. Bowels: third day, began with the usual.

{relative} gives the drops; wrote the plan in large letters and hung it on the cupboard.""",
        ),
        Beat(
            0.6,
            "Talk with the family",
            """Everybody around the table, {name} in the armchair and in charge.

1. What happens when breathing changes
2. Whom to call, and whom **not** to call
3. Who feeds the dog

{relative} cried and was glad that it had been said.""",
        ),
        Beat(
            0.85,
            "Quiet days",
            """Sleeps most of the day. Mouth care every two hours, likes lemon. No
pain visible. Skin intact, turned every four hours.

Volunteer sits in at night from today. Phone stays on.""",
        ),
    ),
    measures=(
        Measure("Pain", "of 10", 0, 7),
        Measure("Breaths", "per minute", 10, 24),
        Measure("Palliative performance", "%", 20, 60),
    ),
    calls=(
        "Restless night, extra dose worked",
        "Chemist has the pump on Friday",
        "Daughter asked what to expect",
        "Oxygen supplier comes on Wednesday",
    ),
    follow_ups=("Family managed the night alone", "Calm, listened to music", "Ate half a bowl of ice cream"),
    pauses=("In the hospice for a week so that the family can rest",),
    outcomes=("Died peacefully at home, family present", "Moved to the hospice as wished"),
)

REHABILITATION = Story(
    titles=("New knee", "Back on the bicycle", "Knee after the fall"),
    professions=("Physiotherapist", "Occupational therapist"),
    days=(60, 200),
    expects=True,
    beats=(
        Beat(
            0.0,
            "First findings",
            """## First findings

Flexion {degrees}°, extension lacks {few}°. Swelling moderate, scar dry. Walks with two crutches, stairs one by one.

**Goal in {name}'s words:** "Down to the allotment and back without thinking about it." """.rstrip(),
        ),
        Beat(
            0.35,
            "Half way",
            """Flexion {degrees_later}°. One crutch outdoors, none at home. Timed up
and go {seconds} s.

Exercises are done, "mostly". Cut the list from nine to four: those will be done.""",
        ),
        Beat(
            0.7,
            "Setback",
            """Fell over the kerb on Sunday, nothing broken. Knee swollen again,
{degrees}°. A week of cold and rest, then from step three.

Fear of falling is now the bigger problem: practise outside next time.""",
        ),
        Beat(
            0.95,
            "Goal reached",
            """Walked to the allotment and back, {metres} m, with one pause to
talk to a neighbour.

Home programme twice a week. Check in three months, sooner when it locks.""",
        ),
    ),
    measures=(Measure("Flexion", "°", 60, 128), Measure("Timed up and go", "s", 8, 24), Measure("Pain", "of 10", 0, 6)),
    calls=(
        "Knee warm since yesterday: cool, rest, looked at on Monday",
        "New prescription has come",
        "Will be late by ten minutes",
    ),
    follow_ups=("Exercises done five days out of seven", "Stairs without the rail", "Cycled on the flat"),
    pauses=("Infection, waits for the surgeon's word", "On a cure for three weeks"),
    outcomes=("Goal reached", "Good function, goes on alone at home"),
)

WOUND_CARE = Story(
    titles=("Leg ulcer", "Wound above the ankle", "Ulcer on the left leg"),
    professions=("Wound care nurse", "Podiatrist"),
    days=(40, 240),
    expects=False,
    beats=(
        Beat(
            0.0,
            "Wound: first findings",
            """# Wound: first findings

| | |
|---|---|
| Place | inner ankle |
| Size | {wound_long} × {wound_wide} mm, {depth} mm deep |
| Base | 60 % granulating, 40 % sloughy |
| Edge | not undermined |
| Exudate | moderate, no smell |

ABPI {abpi}. Compression agreed, begins today. {name} does the daily check with a mirror.""",
        ),
        Beat(
            0.3,
            "Dressing changed",
            """Smaller: {wound_long} × {wound_wide} mm. Base mostly red. Skin
around slightly macerated, barrier cream.

Dressing stays for three days. Pain {pain}/10 at the change, less than last time.""",
        ),
        Beat(
            0.6,
            "Signs of infection",
            """Redness {few} mm beyond the edge, warmer, more exudate. No
fever. Swab taken, doctor informed, silver dressing until the result.

Marked the edge of the redness on the skin with date and hour.""",
        ),
        Beat(
            0.9,
            "Nearly closed",
            """{few} mm open, pink all over. Stockings measured and ordered.

Told {name} again: *the skin will be thin for a year*. Shoes checked, left one presses.""",
        ),
    ),
    measures=(
        Measure("Wound length", "mm", 3, 48),
        Measure("Wound width", "mm", 2, 30),
        Measure("Pain at dressing", "of 10", 0, 7),
    ),
    calls=(
        "Dressing slipped, changed the same afternoon",
        "Swab: no resistant germs",
        "Delivery of dressings was incomplete",
    ),
    follow_ups=("Stockings worn every day", "No new pressure marks", "Walks a little every hour"),
    pauses=("In hospital for the vein operation",),
    outcomes=("Closed", "Closed, stockings for good", "Goes on with the vascular clinic"),
)

CHRONIC_CARE = Story(
    titles=("Living with diabetes", "Diabetes and shift work", "Diabetes, new plan"),
    professions=("Community nurse", "Dietitian"),
    days=(240, 700),
    expects=False,
    beats=(
        Beat(
            0.0,
            "Where we begin",
            """{name} has lived with it for {years} years and knows more than most leaflets.

What is in the way: shifts, and the third device that does not talk to the second. Brought the diary:
mornings {glucose} mmol/l.

Agreed on **one** change: supper before the late shift.""",
        ),
        Beat(
            0.3,
            "Quarterly review",
            """HbA1c {hba1c} %, was {hba1c_before} %. BP
{systolic}/{diastolic}, weight {kilograms} kg.

Feet: sensation present at all points, nails done by the podiatrist. Eyes seen in spring.""",
        ),
        Beat(
            0.55,
            "Holiday plan",
            """Two weeks in the heat. Cool bag, letter for the customs, dose for
the flight written on a card.

{name} asked what to do with vomiting: stop the two tablets on the list, drink, call after six hours.""",
        ),
        Beat(
            0.8,
            "A hard month",
            """Forgot doses, stopped measuring. Lost a colleague. Did not talk
about numbers today.

Asked about mood directly: low, no thoughts of harm. Appointment with the doctor next week, I go along.""",
        ),
    ),
    measures=(
        Measure("Weight", "kg", 540, 1120, tenths=True),
        Measure("Systolic blood pressure", "mmHg", 108, 158),
        Measure("Fasting glucose", "mmol/l", 48, 118, tenths=True),
    ),
    calls=(
        "Glucose 3.4 at night, treated it right",
        "Repeat prescription ordered",
        "Asked what to do about doses during a fever",
        "Sensor fell off, replacement is on its way",
    ),
    follow_ups=("Diary kept on most days", "Feet checked, no sores", "New sensor works, alarm set lower"),
    pauses=("Abroad for the winter",),
    outcomes=("Stable, reviews by the family doctor", "Moved away, letter sent"),
)

THERAPY = Story(
    titles=("Course of therapy", "Couples counselling", "Sleep", "After the accident"),
    professions=("Psychotherapist", "Counsellor"),
    days=(90, 360),
    expects=False,
    beats=(
        Beat(
            0.0,
            "First session",
            """{name} describes waking at four for {months} months, then
thoughts in circles. Work is "fine", said three times.

PHQ-9 {score}. No plans to harm themselves; asked openly and answered openly. Contract: ten sessions,
then we look.""",
        ),
        Beat(
            0.25,
            "Session: the diary",
            """Brought the diary, with gaps. The gaps are the days that
matter. Stayed with one of them.

> "I was not angry. I was tidy."

Until next time: write *one* line on such a day.""",
        ),
        Beat(
            0.5,
            "Half way",
            """PHQ-9 {score_later}. Wakes at five, gets up, makes coffee. Told the sister.

We both think that ten will not be enough; agreed on eight more.""",
        ),
        Beat(
            0.75,
            "Session: the letter",
            """Read the letter aloud that will not be sent. Long silence, a good one.

Exercise for the body before words next time; {name} chose the one with the feet.""",
        ),
        Beat(
            0.95,
            "Looking back",
            """What changed: sleeps until six, says no about once a week. What
stays: Sundays.

Spacing out: one session in a month, one in three.""",
        ),
    ),
    measures=(
        Measure("PHQ-9", "points", 2, 19),
        Measure("GAD-7", "points", 1, 16),
        Measure("Hours of sleep", "h", 4, 8),
    ),
    calls=(
        "Cancelled for this week, flu",
        "Asked for a session by telephone",
        "Panic on the train, went through the steps together",
    ),
    follow_ups=("Practised three times", "Better week, slept", "Will talk to the manager on Monday"),
    pauses=("Insurer has not decided yet", "New job, starts again in autumn"),
    outcomes=("Completed as planned", "Ended early, door stays open"),
)

OTHER = Story(
    titles=("Support for the family", "Advice", "Bereavement"),
    professions=("Counsellor", "Community nurse"),
    days=(30, 150),
    expects=False,
    beats=(
        Beat(
            0.0,
            "What it is about",
            """{name} came with a folder and one question: *who helps us with all this?*

Sorted the folder into three piles. The smallest is urgent: application due in {weeks} weeks.""",
        ),
        Beat(
            0.5,
            "Application",
            """Filled in the form together, took two hours. Missing: statement of
the family doctor, asked for it by letter.

{relative} can do Tuesdays from now on.""",
        ),
        Beat(
            0.9,
            "Granted",
            """The letter came: granted, from the first of the month. {name} put it on
the table and made tea.

Nothing open.""",
        ),
    ),
    measures=(Measure("Own rating of the week", "of 10", 2, 9),),
    calls=(
        "Office needs one more copy",
        "Asked for the number of the self-help group",
        "Letter has come, will bring it",
    ),
    follow_ups=("Folder is in order", "Neighbour helps with the shopping"),
    pauses=("Waiting for the office",),
    outcomes=("Granted", "Question answered"),
)
