import "./nonce.js";
import "./editor.js";
import "graphiql/style.css";
import "./page.css";
import { GraphiQL } from "graphiql";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { Account } from "./account.jsx";
import { fetcher } from "./fetching.js";
import { storage } from "./keeping.js";

const root = document.getElementById("graphiql");
const { example } = root.dataset;

function Page() {
  // Another person sees another graph, and must not find the last one's answers: the editor starts anew.
  const [visit, setVisit] = useState(0);
  return (
    <>
      <Account onChange={() => setVisit((count) => count + 1)} />
      <GraphiQL
        key={visit}
        fetcher={fetcher}
        storage={storage}
        defaultQuery={example}
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>
          <span />
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

createRoot(root).render(<Page />);
