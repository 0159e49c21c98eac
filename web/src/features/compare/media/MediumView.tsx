import { fileAddress } from "@/api/runs";
import type { Medium, ProjectRef } from "@/api/types";
import { FilePreview, previewKind } from "@/features/run/FilePreview";
import { Preformatted } from "@/ui/Preformatted";
import styles from "./Media.module.css";

type Props = {
  readonly project: ProjectRef;
  readonly run: number;
  readonly path: string;
  readonly medium: Medium;
};

export const mediumAddress = (
  project: ProjectRef,
  run: number,
  path: string,
  step: number | null | undefined,
): string => fileAddress(project, `key:${run}`, path, step === null || step === undefined ? {} : { step });

export const isImage = (medium: Medium | null | undefined): boolean =>
  medium?.file != null && previewKind(medium.file) === "image";

/** A picture in a frame that zooms with all others; sounds, films, pages and texts as they are. */
export function MediumView({ project, run, path, medium }: Props) {
  const { file, text } = medium;
  if (file == null) return <Preformatted className={styles.text}>{text}</Preformatted>;
  if (previewKind(file) === "image")
    return (
      <span className={styles.frame} data-zoom>
        <img
          className={styles.image}
          src={mediumAddress(project, run, path, medium.step)}
          alt={`${path}${medium.step === null ? "" : ` at step ${medium.step}`}`}
          loading="lazy"
          draggable={false}
        />
      </span>
    );
  return (
    <span className={styles.other}>
      <FilePreview
        key={medium.step}
        address={mediumAddress(project, run, path, medium.step)}
        path={path}
        file={file}
        {...(medium.step === null ? {} : { step: medium.step })}
      />
    </span>
  );
}
