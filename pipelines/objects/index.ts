import type { ObjectPipeline } from '../../src/pipeline.ts';
import { appointments } from './appointments.ts';
import { calls } from './calls.ts';
import { carts } from './carts.ts';
import { commercePayments } from './commerce-payments.ts';
import { communications } from './communications.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { contracts } from './contracts.ts';
import { courses } from './courses.ts';
import { deals } from './deals.ts';
import { discounts } from './discounts.ts';
import { emails } from './emails.ts';
import { feedbackSubmissions } from './feedback-submissions.ts';
import { fees } from './fees.ts';
import { goalTargets } from './goal-targets.ts';
import { invoices } from './invoices.ts';
import { leads } from './leads.ts';
import { lineItems } from './line-items.ts';
import { listings } from './listings.ts';
import { meetings } from './meetings.ts';
import { notes } from './notes.ts';
import { orders } from './orders.ts';
import { postalMail } from './postal-mail.ts';
import { products } from './products.ts';
import { projects } from './projects.ts';
import { quotes } from './quotes.ts';
import { services } from './services.ts';
import { subscriptions } from './subscriptions.ts';
import { tasks } from './tasks.ts';
import { taxes } from './taxes.ts';
import { tickets } from './tickets.ts';
import { users } from './users.ts';

/** Every object of HubSpot's own, in the order in which a run works through them. */
export const objects: readonly ObjectPipeline[] = [
  contacts,
  companies,
  deals,
  tickets,
  leads,
  lineItems,
  products,
  quotes,
  orders,
  carts,
  invoices,
  commercePayments,
  subscriptions,
  discounts,
  fees,
  taxes,
  goalTargets,
  feedbackSubmissions,
  calls,
  emails,
  meetings,
  notes,
  tasks,
  communications,
  postalMail,
  appointments,
  courses,
  listings,
  services,
  contracts,
  projects,
  users,
];
