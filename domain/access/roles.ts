/** Roles that a token can carry. One person can have several; what each may do is said in policy.ts. */
export const roles = [
  'receptionist',
  'petition-officer',
  'leader',
  'head',
  'handler',
  'mediator',
  'supervisor',
  'auditor',
  'grid-worker',
  'village-officer',
  'administrator',
  'operator',
] as const;
export type Role = (typeof roles)[number];

/** Who acts without a token: the petitioner, known by number and query code, and everybody. No token can claim these. */
export type WithoutToken = 'petitioner' | 'public';

/** As the documents call them. */
export const roleNames: Readonly<Record<Role | WithoutToken, string>> = {
  receptionist: '接待登记员',
  'petition-officer': '信访部门工作人员',
  leader: '领导',
  head: '机关负责人',
  handler: '承办人员',
  mediator: '调解员',
  supervisor: '督查人员',
  auditor: '审计人员',
  'grid-worker': '网格员',
  'village-officer': '村（社区）工作人员',
  administrator: '系统管理员',
  operator: '运维人员',
  petitioner: '信访人',
  public: '社会公众',
};

/** An officer as the verified token names him. */
export interface Officer {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly roles: readonly string[];
}

/** The officer's roles that this system knows; a token can carry others. */
export const knownRoles = (officer: Pick<Officer, 'roles'>): readonly Role[] =>
  roles.filter((role) => officer.roles.includes(role));
