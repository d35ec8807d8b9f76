import { useEffect, useState } from "react";
import { ask } from "./fetching.js";

const VIEWER = "{ viewer { __typename } }";
const SIGN_IN = "mutation SignIn($input: SignInInput!) { signIn(input: $input) { problems { message } } }";
const SIGN_OUT = "mutation SignOut { signOut { problems { message } } }";

async function whoIsSignedIn() {
  const { data } = await ask(VIEWER);
  const kind = data?.viewer?.__typename;
  return kind && !/anonymous/i.test(kind) ? kind : null;
}

function refusalOf({ data, errors = [] }, field) {
  const [first] = [...errors, ...(data?.[field]?.problems ?? [])];
  return first ? first.message : "";
}

/** A line above the editor: who is signed in, or the form to become someone. `onChange` is told when that changes. */
export function Account({ onChange }) {
  const [viewer, setViewer] = useState(undefined);
  const [email, setEmail] = useState("");
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);

  const attempt = async (action) => {
    setBusy(true);
    setMessage("");
    try {
      await action();
    } catch (error) {
      setViewer((known) => known ?? null);
      setMessage(error.message);
    } finally {
      setBusy(false);
    }
  };

  const change = (field, document, variables) =>
    attempt(async () => {
      const refusal = refusalOf(await ask(document, variables), field);
      const kind = await whoIsSignedIn();
      setViewer(kind);
      setMessage(refusal || (field === "signIn" && !kind ? "The browser did not keep the session's cookie." : ""));
      if (!refusal) onChange();
    });

  const signIn = (event) => {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(event.target));
    setEmail(email);
    change("signIn", SIGN_IN, { input: { email, password } });
  };

  useEffect(() => void attempt(async () => setViewer(await whoIsSignedIn())), []);

  return (
    <header className="account" aria-busy={busy}>
      <strong>Casegraph</strong>
      <output role="status">{message}</output>
      {viewer === null && (
        <form onSubmit={signIn}>
          <input name="email" type="email" autoComplete="username" placeholder="E-mail" aria-label="E-mail" required />
          <input
            name="password"
            type="password"
            autoComplete="current-password"
            placeholder="Password"
            aria-label="Password"
            required
          />
          <button disabled={busy}>Sign in</button>
        </form>
      )}
      {viewer && (
        <>
          <span className="viewer">{email ? `Signed in as ${email} (${viewer})` : `Signed in (${viewer})`}</span>
          <button disabled={busy} onClick={() => change("signOut", SIGN_OUT)}>
            Sign out
          </button>
        </>
      )}
    </header>
  );
}
