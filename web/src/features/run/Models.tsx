import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Box } from "lucide-react";
import { Suspense, useState } from "react";
import { runModelsQuery } from "@/api/models";
import type { FileValue } from "@/api/types";
import page from "@/ui/page.module.css";
import { part } from "@/ui/part";
import { useLoggedModels } from "./loggedModels";
import { isFile } from "./Media";
import styles from "./Models.module.css";
import type { TabProps } from "./RunPage";

const RegisterDialog = part(async () => (await import("./RegisterDialog")).RegisterDialog);

/** The versions of registered models that a run made, and the way to make one of its files. */
export function Models({ project, run, attributes }: TabProps) {
  const versions = useQuery(runModelsQuery(project, `key:${run.key}`)).data?.versions ?? [];
  const [registering, setRegistering] = useState(false);
  const files = attributes.filter(isFile).map((each) => ({
    path: each.path.replace(/^artifacts\//, ""),
    size: (each.value as FileValue).size,
  }));
  const logged = useLoggedModels(project, run.key);
  const registrable = files.length > 0 || logged.length > 0;
  if (versions.length === 0 && !registrable) return null;
  return (
    <section className={page.box} aria-label="Registered models">
      <h2>
        Registered models <span>{versions.length}</span>
        {registrable && (
          <Button
            className={styles.register ?? ""}
            size="compact-xs"
            variant="default"
            onClick={() => setRegistering(true)}
          >
            Register…
          </Button>
        )}
      </h2>
      {versions.length === 0 ? (
        <p className={page.none}>None of its files is a version of a model.</p>
      ) : (
        <ul className={styles.versions}>
          {versions.map((version) => (
            <li key={`${version.model}/${version.version}`}>
              <Box size={14} />
              <Link
                to="/models/$model/versions/$version"
                params={{ model: version.model, version: String(version.version) }}
                className={styles.link}
              >
                {version.model}, version {version.version}
              </Link>
              {version.aliases.map((alias) => (
                <span key={alias} className={styles.alias}>
                  @{alias}
                </span>
              ))}
              {version.stage !== "None" && <span className="quiet">{version.stage}</span>}
            </li>
          ))}
        </ul>
      )}
      {registering && (
        <Suspense>
          <RegisterDialog
            project={project}
            run={run}
            files={files}
            logged={logged}
            close={() => setRegistering(false)}
          />
        </Suspense>
      )}
    </section>
  );
}
