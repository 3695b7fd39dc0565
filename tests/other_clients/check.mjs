// The vendors' and other people's JavaScript clients, unmodified, over http. Reads what `revops simulate --json` prints.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import hubspotClient from "@hubspot/api-client";
import jsforce from "jsforce";

const crms = JSON.parse(readFileSync(0, "utf8"));

async function checkHubSpot({ url, token }) {
  const client = new hubspotClient.Client({ accessToken: token, basePath: url });
  const property = { name: "trial_seats", label: "Trial seats", type: "number", fieldType: "number", groupName: "contactinformation" };
  const made = await client.crm.properties.coreApi.create("contacts", property);
  assert.equal(made.name, "trial_seats");
  const refused = await client.crm.properties.coreApi.create("contacts", property).catch((error) => error);
  assert.equal(refused.code, 409);
  assert.equal(refused.body.category, "OBJECT_ALREADY_EXISTS");

  const stages = [{ label: "Open", displayOrder: 0, metadata: { probability: "0.5" } }];
  const pipeline = await client.crm.pipelines.pipelinesApi.create("deals", { label: "Trials", displayOrder: 1, stages });
  assert.equal(pipeline.stages[0].metadata.isClosed, "false");

  const contact = { properties: { email: "ann@example.com", trial_seats: "12" }, associations: [] };
  await client.crm.contacts.basicApi.create(contact);
  const filters = [{ propertyName: "trial_seats", operator: "GTE", value: "10" }];
  const found = await client.crm.contacts.searchApi.doSearch({ filterGroups: [{ filters }], limit: 10 });
  assert.equal(found.total, 1);

  const list = await client.crm.lists.listsApi.create({ name: "Trials", objectTypeId: "0-1", processingType: "MANUAL" });
  assert.ok(list.list.listId);
  const flows = await client.apiRequest({ method: "GET", path: "/automation/v4/flows" });
  assert.deepEqual((await flows.json()).results, []);
  await client.crm.properties.coreApi.archive("contacts", "trial_seats");
}

async function checkSalesforce({ http_url, username, password }) {
  const connection = new jsforce.Connection({ loginUrl: http_url, version: "62.0" });
  await connection.login(username, password);
  const field = { fullName: "Lead.Trial_Seats__c", label: "Trial seats", type: "Number", precision: 6, scale: 0 };
  const [made] = await connection.metadata.create("CustomField", [field]);
  assert.equal(made.success, true);
  const [again] = await connection.metadata.create("CustomField", [field]);
  assert.equal(again.errors[0].statusCode, "DUPLICATE_DEVELOPER_NAME");
  const [read] = await connection.metadata.read("CustomField", ["Lead.Trial_Seats__c"]);
  assert.equal(read.label, "Trial seats");

  const lead = await connection.sobject("Lead").create({ LastName: "Lind", Company: "Example" });
  assert.equal(lead.success, true);
  const found = await connection.query("SELECT Id, LastName FROM Lead WHERE Company = 'Example'");
  assert.equal(found.totalSize, 1);
  const leadConvert = { leadId: lead.id, convertedStatus: "Closed - Converted", doNotCreateOpportunity: false };
  const converted = await connection.soap.convertLead(leadConvert);
  assert.equal(converted.success, true);
  const deal = await connection.sobject("Opportunity").retrieve(converted.opportunityId);
  assert.equal(deal.AccountId, converted.accountId);
  const described = await connection.sobject("Lead").describe();
  assert.ok(!described.fields.some((one) => one.name === "Trial_Seats__c"), "no field-level security yet, so not visible");
  const gone = await connection.metadata.delete("CustomField", "Lead.Trial_Seats__c");
  assert.equal(gone.success, true);
}

await checkHubSpot(crms.hubspot);
await checkSalesforce(crms.salesforce);
console.log("2 passed, 0 failed");
