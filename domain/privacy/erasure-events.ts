/** Facts about the keeping of personal data: legal holds (法律保全), and erasure (删除). */

/** Why personal data may be destroyed (P47): its time is over, or a court or authority orders it. */
export const erasureGrounds = ['retention-over', 'ordered'] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

export type ErasureEvent =
  | {
      readonly type: 'LegalHoldPlaced';
      readonly data: {
        /** 1, 2, 3 … in this petition. */
        readonly hold: number;
        /** Who asks for it: a court, a procuratorate, an audit. */
        readonly authority: string;
        readonly reason: string;
        readonly by: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'LegalHoldLifted';
      readonly data: { readonly hold: number; readonly reason: string; readonly by: string; readonly on: string };
    }
  | {
      readonly type: 'ErasureProposed';
      readonly data: {
        readonly ground: ErasureGround;
        /** Number of the order (文号): no free text, so that it can outlive what it orders to erase. */
        readonly order?: string;
        readonly reason: string;
        readonly by: string;
        readonly on: string;
        readonly basis: string;
      };
    }
  | { readonly type: 'ErasureReturned'; readonly data: { readonly reason: string; readonly by: string } }
  | {
      readonly type: 'PersonalDataErased';
      readonly data: {
        readonly ground: ErasureGround;
        readonly order?: string;
        readonly proposedBy: string;
        readonly by: string;
        readonly on: string;
        readonly basis: string;
      };
    };
