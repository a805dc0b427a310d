import { BaseSequencer, type TestSpecification } from "vitest/node";

const SLOW =
  /^test\/(e2e|pack|store|soak|fuzz|audit\/(recover-journals|shipper|verify)|tui\/journeys\/real-terminal)/;

/** Starts with what takes long, so that no slow file is left for the end: a fresh clone has no durations to go by. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) =>
      SLOW.test(moduleId.slice(this.ctx.config.root.length).replace(/^\//, ""));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
