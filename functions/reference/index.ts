import { routes as archive } from '../archive/routes.ts';
import { routes as assembly } from '../assembly/routes.ts';
import { routes as audit } from '../audit/routes.ts';
import { routes as casework } from '../casework/routes.ts';
import { routes as centre } from '../centre/routes.ts';
import { routes as documents } from '../documents/routes.ts';
import { routes as enquiry } from '../enquiry/routes.ts';
import { routes as evidence } from '../evidence/routes.ts';
import { routes as grid } from '../grid/routes.ts';
import { routes as leaders } from '../leaders-office/routes.ts';
import { routes as mediation } from '../mediation/routes.ts';
import { routes as noticeBoard } from '../notice-board/routes.ts';
import { routes as operations } from '../operations/routes.ts';
import { routes as petitionOffice } from '../petition-office/routes.ts';
import { routes as portal } from '../portal/routes.ts';
import { routes as reception } from '../reception-desk/routes.ts';
import { routes as review } from '../review/routes.ts';
import { required } from '../shared/environment.ts';
import { routes as statistics } from '../statistics/routes.ts';
import { routes as supervision } from '../supervision/routes.ts';
import { routes as whistle } from '../whistle/routes.ts';
import { createHandler } from './handler.ts';
import { routes as reference } from './routes.ts';

const all = [
  reception,
  petitionOffice,
  leaders,
  casework,
  mediation,
  review,
  supervision,
  portal,
  grid,
  assembly,
  noticeBoard,
  whistle,
  centre,
  documents,
  enquiry,
  audit,
  archive,
  evidence,
  statistics,
  operations,
  reference,
];

export const handler = createHandler(all.flat(), required('ISSUER'));
