import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { createToken, revokeToken, tokenKeys, tokensQuery } from "@/api/tokens";
import { CopyButton } from "@/ui/CopyButton";
import { ErrorState } from "@/ui/Feedback";
import { FirstRunCode } from "@/ui/FirstRunCode";
import { RelativeTime } from "@/ui/Time";
import styles from "./ConnectPage.module.css";

const NEPTUNE_SCRIPT = `from neptune_scale import Run
from neptune_scale.projects import create_project

if __name__ == "__main__":
    create_project("my-project", workspace="default")
    with Run(run_id="first-run") as run:
        run.log_metrics({"train/loss": 0.42}, step=0)
`;

/** What somebody puts into a script or a shell so that runs arrive here: for our own SDK, and for Neptune's and MLflow's clients. */
export function ConnectPage() {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const made = useMutation({
    mutationFn: () => createToken(name.trim() || "Neptune client"),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokenKeys }),
  });
  useEffect(() => {
    document.title = "Connect · Trireme";
  }, []);
  const token = made.data?.neptune;
  const shell = `export NEPTUNE_API_TOKEN="${token ?? "…"}"\nexport NEPTUNE_PROJECT="default/my-project"\n`;
  return (
    <div className={styles.page}>
      <div className={styles.inner}>
        <h1 className={styles.title}>Connect</h1>
        <Card title="Trireme's own client">
          <p>On this machine no token is needed.</p>
          <FirstRunCode project="default/first-project" />
        </Card>
        <Card title="Neptune 3 clients">
          <p>
            <code>neptune-scale</code>, <code>neptune-query</code> and <code>neptune-fetcher</code> work as
            they are: the token carries this server’s address. Your code does not change.
          </p>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              made.mutate();
            }}
          >
            <TextInput
              className={styles.name ?? ""}
              aria-label="Name of the token"
              placeholder="Where it will be used, e.g. laptop"
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" leftSection={<KeyRound size={14} />} loading={made.isPending}>
              Make a token
            </Button>
          </form>
          {made.error !== null && <ErrorState error={made.error} retry={() => made.mutate()} compact />}
          {token !== undefined && (
            <p role="status" className={styles.once}>
              Copy it now: it is shown this once.
            </p>
          )}
          <Code text={shell} />
          <Code text={NEPTUNE_SCRIPT} />
          <p className="quiet">
            Making the project is needed once, and harmless afterwards. The line with <code>__main__</code> is
            needed because the client starts a process of its own.
          </p>
        </Card>
        <Card title="MLflow clients">
          <p>
            <code>mlflow</code> 2 and 3 log, search, register and load here. No token is needed on this
            machine.
          </p>
          <Code text={`export MLFLOW_TRACKING_URI="${window.location.origin}"\n`} />
          <p className="quiet">
            What you logged until now comes along with <code>trireme import mlflow mlruns</code>, or with the
            address of a database or a server in place of the folder.
          </p>
        </Card>
        <Tokens />
      </div>
    </div>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.card}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Code({ text }: { readonly text: string }) {
  return (
    <div className={styles.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard */}
      <pre className="mono" tabIndex={0}>
        {text.trimEnd()}
      </pre>
      <div className={styles.copy}>
        <CopyButton text={text} label="lines" />
      </div>
    </div>
  );
}

function Tokens() {
  const queries = useQueryClient();
  const tokens = useQuery(tokensQuery());
  const revoke = useMutation({
    mutationFn: revokeToken,
    onSettled: () => queries.invalidateQueries({ queryKey: tokenKeys }),
  });
  const found = tokens.data?.tokens ?? [];
  if (tokens.error !== null)
    return <ErrorState error={tokens.error} retry={() => void tokens.refetch()} compact />;
  if (found.length === 0) return null;
  return (
    <Card title="Your tokens">
      <ul className={styles.tokens}>
        {found.map((token) => (
          <li key={token.id}>
            <span>{token.name}</span>
            <span className="quiet">
              <RelativeTime value={token.created_at} />
            </span>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Revoke the token ${token.name}`}
              onClick={() => revoke.mutate(token.id)}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
