/** One organ, department, centre or committee of the organisation tree (机构). */
export interface Unit {
  /** e.g. `622901007` (a government by its division code) or `622901-zrzy` (a department of it). */
  readonly id: string;
  readonly name: string;
  readonly kind:
    | 'government'
    | 'petition-office'
    | 'department'
    | 'centre'
    | 'mediation-committee'
    | 'discipline'
    | 'political-legal';
  readonly level: 'prefecture' | 'county' | 'township' | 'village';
  /** The unit above; absent at the root. */
  readonly parent?: string;
  /** The unit whose leaders (领导) approve for this one; itself when absent. */
  readonly ledBy?: string;
  /** The petition office (信访部门) that triages what this unit registers and supervises it; itself when absent. */
  readonly petitionOffice?: string;
  /** The unit that reviews this one's opinions (Art. 35: the next higher organ); its parent when absent. */
  readonly reviewedBy?: string;
}

/** The organisation tree as pure look-ups. Builds once; unknown ids answer `undefined`. */
export class UnitDirectory {
  readonly #units: ReadonlyMap<string, Unit>;

  constructor(units: readonly Unit[]) {
    this.#units = new Map(units.map((unit) => [unit.id, unit]));
  }

  get(id: string): Unit | undefined {
    return this.#units.get(id);
  }

  /** True for the unit itself and everything below it. */
  isWithin(id: string, ancestor: string): boolean {
    for (let unit = this.get(id); unit; unit = unit.parent === undefined ? undefined : this.get(unit.parent)) {
      if (unit.id === ancestor) return true;
    }
    return false;
  }

  /** The unit whose leaders approve for `id`. */
  leadershipOf(id: string): string {
    return this.get(id)?.ledBy ?? id;
  }

  /** The petition office responsible for `id`. */
  petitionOfficeOf(id: string): string {
    return this.get(id)?.petitionOffice ?? id;
  }

  /** The petition office that supervises `id` (Art. 40): the nearest at or above its level that is not the unit itself. */
  supervisorOf(id: string): string {
    for (let unit = this.get(id); unit; unit = unit.parent === undefined ? undefined : this.get(unit.parent)) {
      const office = this.get(unit.petitionOffice ?? '');
      if (office?.kind === 'petition-office' && office.id !== id) return office.id;
    }
    return this.petitionOfficeOf(id);
  }

  /** The next higher organ, which reviews (复查) opinions of `id`; undefined at the top of the loaded tree. */
  reviewerOf(id: string): string | undefined {
    const unit = this.get(id);
    return unit?.reviewedBy ?? unit?.parent;
  }
}
