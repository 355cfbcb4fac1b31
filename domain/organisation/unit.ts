/** 城市（街道—社区） or 农村（乡镇—村—社）: the two wings that reports compare. */
export const branches = ['urban', 'rural'] as const;
export type Branch = (typeof branches)[number];

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
    | 'political-legal'
    | 'village-committee';
  readonly level: 'prefecture' | 'county' | 'township' | 'village';
  /** Branch of grass-roots governance (一体两翼) that it stands in: that of the nearest unit above that names one, when absent. */
  readonly branch?: Branch;
  /** The unit above; absent at the root. */
  readonly parent?: string;
  /** The unit whose leaders (领导) approve for this one; itself when absent. */
  readonly ledBy?: string;
  /** The petition office (信访部门) that triages what this unit registers and supervises it; itself when absent. */
  readonly petitionOffice?: string;
  /** The unit that reviews this one's opinions (Art. 35: the next higher organ); its parent when absent. */
  readonly reviewedBy?: string;
  /** Legal day from which it no longer exists (分立、合并、撤销, Art. 24). */
  readonly abolishedOn?: string;
  /** The unit that goes on exercising its functions (Art. 24); absent while that is unclear. */
  readonly successor?: string;
}

/** Levels from the highest down: the next higher level (上一级) stands one place before. */
export const levels = ['prefecture', 'county', 'township', 'village'] as const satisfies readonly Unit['level'][];

/** Who decides a dispute over competence (Art. 24), and by which rule. */
export interface DisputeDecider {
  readonly unit: string;
  readonly rule: 'common-superior' | 'joint-meeting';
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

  /** Every unit, in the order of the data. */
  ids(): readonly string[] {
    return [...this.#units.keys()];
  }

  /** True for the unit itself and everything below it. */
  isWithin(id: string, ancestor: string): boolean {
    for (let unit = this.get(id); unit; unit = unit.parent === undefined ? undefined : this.get(unit.parent)) {
      if (unit.id === ancestor) return true;
    }
    return false;
  }

  /** The unit itself and everything below it, in the order of their ids; a petition office stands for its area. */
  within(id: string): readonly string[] {
    const area = this.get(id)?.kind === 'petition-office' ? (this.get(id)?.parent ?? id) : id;
    return [...this.#units.keys()].filter((each) => each === id || this.isWithin(each, area)).sort();
  }

  /** The unit whose leaders approve for `id`. */
  leadershipOf(id: string): string {
    return this.get(id)?.ledBy ?? id;
  }

  /** The petition office responsible for `id`. */
  petitionOfficeOf(id: string): string {
    return this.get(id)?.petitionOffice ?? id;
  }

  /**
   * The unit at whose desk `id` receives people: a government's petition office (信访部门, Art. 14), which a government has in
   * place of a desk; its own of every other organ, which answers for its part of the work itself (Art. 15).
   */
  deskOf(id: string): string {
    return this.get(id)?.kind === 'government' ? this.petitionOfficeOf(id) : id;
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

  /** Who answers for a unit that is called or supervised: a petition office and a committee have no handlers. */
  answeringRoleOf(id: string): 'petition-officer' | 'mediator' | 'handler' {
    switch (this.get(id)?.kind) {
      case 'petition-office':
        return 'petition-officer';
      case 'mediation-committee':
        return 'mediator';
      default:
        return 'handler';
    }
  }

  /**
   * True for a petition office (信访部门) or the centre that does its work. Every other organ that receives a matter
   * directly answers the petitioner itself (Art. 23).
   */
  isPetitionOffice(id: string): boolean {
    const kind = this.get(id)?.kind;
    return kind === 'petition-office' || kind === 'centre';
  }

  /** Who triages what `id` has registered: the petition office in charge, or the organ itself on direct receipt (Art. 23). */
  triageOf(id: string): string {
    return this.isPetitionOffice(id) ? this.petitionOfficeOf(id) : id;
  }

  /** Every unit above `id` in the tree, the nearest first. */
  superiorsOf(id: string): readonly string[] {
    const above: string[] = [];
    for (let unit = this.get(id)?.parent; unit !== undefined && !above.includes(unit); unit = this.get(unit)?.parent)
      above.push(unit);
    return above;
  }

  /** The branch that `id` stands in; undefined for organs of a whole county or prefecture, which stand in neither. */
  branchOf(id: string): Branch | undefined {
    return [id, ...this.superiorsOf(id)].map((each) => this.get(each)?.branch).find((branch) => branch !== undefined);
  }

  /** The area that a unit answers for: its government's for a petition office or centre, its own otherwise. */
  areaOf(id: string): string {
    return this.isPetitionOffice(id) ? (this.get(id)?.parent ?? id) : id;
  }

  /** The nearest government of county level or above: whose tree a unit stands in (属地管理, Art. 5). */
  #seatOf(id: string): string | undefined {
    return [id, ...this.superiorsOf(id)].find((each) => {
      const { kind, level } = this.get(each) ?? {};
      return kind === 'government' && (level === 'county' || level === 'prefecture');
    });
  }

  /** True for two units of one county, and for a unit and those of the level above that govern it. */
  isSameTree(id: string, other: string): boolean {
    const [seat, otherSeat] = [this.#seatOf(id), this.#seatOf(other)];
    return (
      seat !== undefined && otherSeat !== undefined && (this.isWithin(id, otherSeat) || this.isWithin(other, seat))
    );
  }

  /** True when `id` stands below `superior`: in the tree, or in the line of one system (本系统) from department to department. */
  isSubordinate(id: string, superior: string): boolean {
    const area = this.areaOf(superior);
    if (id === superior || id === area) return false;
    if (this.isWithin(id, area)) return true;
    const passed = new Set([id]);
    for (let unit = this.reviewerOf(id); unit !== undefined && !passed.has(unit); unit = this.reviewerOf(unit)) {
      if (unit === superior) return true;
      passed.add(unit);
    }
    return false;
  }

  /** How many levels `id` stands below `other`; negative when above, undefined when one is unknown. */
  levelsBelow(id: string, other: string): number | undefined {
    const [lower, upper] = [this.get(id), this.get(other)];
    return lower && upper ? levels.indexOf(lower.level) - levels.indexOf(upper.level) : undefined;
  }

  /**
   * Who decides between organs that both hold a matter is not theirs (Art. 24): the lowest superior that they have in
   * common; without one the joint meeting (联席会议), for which an office acts.
   * @param party a superior that has taken sides: another one in common goes before it
   * @param joint the office that stands for the joint meeting; that of the highest level of the organs by default
   */
  disputeDecider(organs: readonly string[], joint?: string, party?: string): DisputeDecider {
    const [first = '', ...others] = organs;
    const superiors = this.superiorsOf(first).filter((unit) =>
      others.every((other) => this.superiorsOf(other).includes(unit)),
    );
    const common = superiors.find((unit) => unit !== party && this.get(unit)) ?? superiors[0];
    if (common !== undefined) return { unit: common, rule: 'common-superior' };
    const level = (id: string) => levels.indexOf(this.get(id)?.level ?? 'village');
    const [highest = first] = [...organs].sort((a, b) => level(a) - level(b));
    return { unit: joint ?? this.petitionOfficeOf(highest), rule: 'joint-meeting' };
  }

  /** True from the day on which the unit no longer exists (Art. 24). @param day legal day */
  isAbolished(id: string, day: string): boolean {
    const abolishedOn = this.get(id)?.abolishedOn;
    return abolishedOn !== undefined && abolishedOn <= day;
  }

  /** Who goes on exercising the functions of `id`, through several reforms if need be; undefined while unclear (Art. 24). */
  successorOf(id: string, day: string): string | undefined {
    const passed = new Set([id]);
    for (
      let unit = this.get(id)?.successor;
      unit !== undefined && !passed.has(unit);
      unit = this.get(unit)?.successor
    ) {
      if (!this.isAbolished(unit, day)) return this.get(unit) ? unit : undefined;
      passed.add(unit);
    }
    return undefined;
  }

  /** The government of the unit's own level (本级政府), which designates who takes over when that is unclear (Art. 24). */
  ownGovernmentOf(id: string): string | undefined {
    return [id, ...this.superiorsOf(id)].find((unit) => this.get(unit)?.kind === 'government');
  }
}
