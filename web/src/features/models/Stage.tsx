import { Menu } from "@mantine/core";
import { ChevronDown } from "lucide-react";
import type { ModelVersionPatch, Stage } from "@/api/types";
import { showError } from "@/ui/toast";
import styles from "./Models.module.css";

const STAGES: readonly Stage[] = ["None", "Staging", "Production", "Archived"];

/** The stage of a version as a badge; nothing for none. */
export const StageBadge = ({ stage }: { readonly stage: Stage }) =>
  stage === "None" ? null : (
    <span className={styles.stage} data-stage={stage}>
      {stage}
    </span>
  );

/** The stage, and the others that the version can move to. */
export function StageMenu(props: {
  readonly version: number;
  readonly stage: Stage;
  readonly save: (patch: ModelVersionPatch) => Promise<unknown>;
}) {
  const move = (stage: Stage, archive_others: boolean) =>
    void props.save({ stage, archive_others }).catch(showError);
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <button
          type="button"
          className={styles.stage}
          data-stage={props.stage}
          aria-label={`Stage of version ${props.version}: ${props.stage === "None" ? "No stage" : props.stage}`}
        >
          {props.stage === "None" ? "No stage" : props.stage}
          <ChevronDown size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {STAGES.filter((stage) => stage !== props.stage).map((stage) => (
          <Menu.Item key={stage} onClick={() => move(stage, false)}>
            Move to {stage === "None" ? "no stage" : stage}
          </Menu.Item>
        ))}
        {STAGES.filter(
          (stage) => stage !== props.stage && (stage === "Staging" || stage === "Production"),
        ).map((stage) => (
          <Menu.Item key={`${stage}-only`} onClick={() => move(stage, true)}>
            Move to {stage}, archive the others there
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
