import type { ProjectRef } from "@/api/types";

export function ProjectPage(props: { readonly project: ProjectRef }) {
  return <h1>{props.project.name}</h1>;
}
