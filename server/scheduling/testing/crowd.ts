import fc from 'fast-check';
import {
  bookingBody,
  makeConsumer,
  patientBody,
  put,
  type Scene,
  type SchedulingClient,
} from './scene.ts';
import { extendAllSeries } from './series.ts';

/** What the many do; `which` chooses a booking or an appointment, `slot` a time of one of three days. */
export type Act = {
  do: (typeof deeds)[number];
  which: number;
  slot: number;
  doctor: number;
  length: number;
  status: 'open' | 'pending' | 'booked';
};

const deeds = [
  'move',
  'move',
  'move',
  'setStatus',
  'setStatus',
  'book',
  'book',
  'book',
  'cancel',
  'cancel',
  'create',
  'lengthen',
  'delete',
  'createSeries',
  'moveSeries',
  'moveSeries',
  'endSeries',
  'startSeries',
  'deleteSeries',
  'extendSeries',
] as const;

export const act: fc.Arbitrary<Act> = fc.record({
  do: fc.constantFrom(...deeds),
  which: fc.nat({ max: 100_000 }),
  slot: fc.nat({ max: 3 * 16 - 1 }),
  doctor: fc.nat({ max: 2 }),
  length: fc.constantFrom(20, 30, 30, 45),
  status: fc.constantFrom('open', 'open', 'pending', 'booked'),
});

type Call = { headers?: Record<string, string> };

/** Many who do things at once, to a few doctors on a few days. */
export class Crowd {
  readonly scene: Scene;
  /** How often each deed was answered with each status of HTTP. */
  readonly outcomes: Record<string, number> = {};
  readonly #clients: readonly SchedulingClient[];
  readonly #days: readonly string[];
  readonly #doctors: readonly { id: string }[];
  #ids: string[] = [];
  readonly #appointments: string[] = [];
  #stranger: SchedulingClient | undefined;
  #calls = 0;

  /** At one of `urls` or another, which are processes on the same database. */
  constructor(scene: Scene, days: readonly string[], urls: readonly string[]) {
    this.scene = scene;
    this.#clients = urls.map((url) => scene.as(url));
    this.#days = days;
    this.#doctors = scene.practice.doctors;
  }

  /** Eight half hours of every doctor on every day, of each status, and a series. */
  async settle(): Promise<void> {
    const { client } = await makeConsumer(this.scene.app, this.scene.organization);
    this.#stranger = client;
    for (const [doctor] of this.#doctors.entries()) {
      for (let slot = 0; slot < 48; slot += 2) {
        const status = (['open', 'booked', 'open', 'pending'] as const)[(slot / 2) % 4] ?? 'open';
        await this.take({ do: 'create', which: 0, slot, doctor, length: 30, status });
      }
      const status = doctor === 0 ? 'booked' : 'open';
      await this.take({ do: 'createSeries', which: 0, slot: 15, doctor, length: 20, status });
    }
  }

  /** All of these, so many at once. */
  async run(acts: readonly Act[], atOnce: number): Promise<void> {
    const left = acts.values();
    const worker = async () => {
      for (const one of left) {
        const outcome = `${one.do} ${await this.take(one)}`;
        this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  /** Of the outcomes those that nobody should meet. */
  failures(): string[] {
    return Object.keys(this.outcomes).filter((outcome) => !/ (0|20[01]|400|410)$/.test(outcome));
  }

  /** Answers the status of HTTP; 0 when there was nothing to do it to. */
  async take(one: Act): Promise<number> {
    if (one.do === 'create' || one.do === 'createSeries') return this.#create(one);
    if (one.do === 'cancel') return this.#cancel(one);
    if (one.do === 'extendSeries') return extendAllSeries(this.scene).then(() => 200);
    const id = this.#ids[one.which % (this.#ids.length || 1)];
    if (id === undefined) return 0;
    if (one.do === 'book') return this.#book(id);
    const { status } = await this.#change(id, one);
    if (status === 410) this.#ids = this.#ids.filter((other) => other !== id);
    return status;
  }

  async #create({ do: deed, slot, doctor, length, status }: Act): Promise<number> {
    const place = { ...this.scene, doctor: this.#doctors[doctor] ?? this.scene.doctor };
    const recurring = deed === 'createSeries';
    const body = bookingBody(place, this.#startOf(slot), { status, length, recurring });
    const answer = await this.#client().createBooking({ body }, this.#call());
    if (answer.ok) this.#ids.push(answer.body.id);
    return answer.status;
  }

  async #book(id: string): Promise<number> {
    const client = this.#stranger ?? this.scene.client;
    const answer = await client.createPatient({ body: patientBody(id) }, this.#call());
    if (answer.ok) this.#appointments.push(answer.body.appointment_guid);
    return answer.status;
  }

  async #cancel({ which }: Act): Promise<number> {
    const id = this.#appointments[which % (this.#appointments.length || 1)];
    if (id === undefined) return 0;
    return (await (this.#stranger ?? this.scene.client).cancelAppointment({ params: { id } }))
      .status;
  }

  #change(id: string, { do: deed, slot, doctor, length, status }: Act) {
    const client = this.#client();
    const moved = {
      start_datetime: this.#startOf(slot),
      doctor_id: this.#doctors[doctor]?.id ?? this.scene.doctor.id,
    };
    if (deed === 'setStatus') return put({ client }, id, { status });
    if (deed === 'lengthen') return put({ client }, id, { length });
    if (deed === 'endSeries') return put({ client }, id, { recurring: false });
    if (deed === 'startSeries') return put({ client }, id, { recurring: true });
    if (deed === 'delete') return client.deleteBooking({ params: { id } });
    const query = { scope: 'following' as const };
    if (deed === 'deleteSeries') return client.deleteBooking({ params: { id }, query });
    if (deed === 'moveSeries') {
      return client.updateBooking({ params: { id }, query, body: { ...moved, length } });
    }
    return put({ client }, id, moved);
  }

  /** Every half hour from nine, on the clock of the location. */
  #startOf(slot: number): string {
    const day = this.#days[slot % this.#days.length];
    const minutes = 9 * 60 + Math.floor(slot / this.#days.length) * 30;
    const clock = [Math.floor(minutes / 60), minutes % 60].map((one) =>
      String(one).padStart(2, '0'),
    );
    return `${day}T${clock.join(':')}:00`;
  }

  #client(): SchedulingClient {
    return this.#clients[this.#calls++ % this.#clients.length] ?? this.scene.client;
  }

  /** Every third has an Idempotency-Key. */
  #call(): Call {
    this.#calls += 1;
    if (this.#calls % 3 > 0) return {};
    return { headers: { 'idempotency-key': `crowd ${this.#calls}` } };
  }
}
