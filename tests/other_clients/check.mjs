// The vendors' and other people's JavaScript clients, unmodified, over http and https. Reads what `revops simulate --json`
// prints, and `package`: a zip to deploy, in base64.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import jsforce from "jsforce";
import { checkHubSpot } from "./hubspot.mjs";

const crms = JSON.parse(readFileSync(0, "utf8"));

async function checkSalesforce(url, { username, password, access_token: accessToken, organization_id: organizationId }) {
  const connection = new jsforce.Connection({ loginUrl: url, version: "62.0" });
  const user = await connection.login(username, password);
  assert.equal(user.organizationId, organizationId);
  assert.equal(new URL(connection.instanceUrl).origin, url);
  await checkMetadata(connection);
  await checkRecords(connection);

  const session = new jsforce.Connection({ instanceUrl: url, accessToken, version: "62.0" });
  const limits = await session.request("/services/data/v62.0/limits");
  assert.ok(limits.DailyApiRequests.Remaining > 0);
  const expired = new jsforce.Connection({ instanceUrl: url, accessToken: "00D!gone", version: "62.0" });
  const refused = await expired.query("SELECT Id FROM Lead").catch((error) => error);
  assert.equal(refused.errorCode, "INVALID_SESSION_ID");

  const oauth2 = { loginUrl: url, clientId: "simulated-consumer-key", clientSecret: "simulated-consumer-secret" };
  const app = new jsforce.Connection({ oauth2, version: "62.0" });
  await app.authorize({ grant_type: "client_credentials" });
  const [organization] = (await app.query("SELECT Id, IsSandbox FROM Organization")).records;
  assert.equal(organization.Id, organizationId);
}

async function checkMetadata(connection) {
  const field = { fullName: "Lead.Trial_Seats__c", label: "Trial seats", type: "Number", precision: 6, scale: 0 };
  const [made] = await connection.metadata.create("CustomField", [field]);
  assert.equal(made.success, true);
  const [again] = await connection.metadata.create("CustomField", [field]);
  assert.equal(again.errors[0].statusCode, "DUPLICATE_DEVELOPER_NAME");
  const [read] = await connection.metadata.read("CustomField", ["Lead.Trial_Seats__c"]);
  assert.equal(read.label, "Trial seats");
  const [updated] = await connection.metadata.update("CustomField", [{ ...field, label: "Seats" }]);
  assert.equal(updated.success, true);
  const [put] = await connection.metadata.upsert("CustomField", [{ ...field, label: "Seats on trial" }]);
  assert.deepEqual([put.success, put.created], [true, false]);
  const listed = await connection.metadata.list([{ type: "CustomField" }], "62.0");
  assert.ok([listed].flat().some((one) => one.fullName === "Lead.Trial_Seats__c"));
  const described = await connection.metadata.describe("62.0");
  assert.ok(described.metadataObjects.some((one) => one.xmlName === "CustomObject"));
  const fields = await connection.tooling.query("SELECT DeveloperName FROM CustomField");
  assert.deepEqual(fields.records.map((one) => one.DeveloperName), ["Trial_Seats"]);

  const options = { checkOnly: true, singlePackage: true, rollbackOnError: true };
  const zip = Buffer.from(crms.package, "base64");
  for (const way of ["deploy", "deployRest"]) {
    const checked = await connection.metadata[way](zip, options).complete(true);
    assert.equal(checked.status, "Succeeded", JSON.stringify(checked));
    assert.deepEqual([checked.success, checked.checkOnly], [true, true]);
  }
  const kept = await connection.metadata.read("CustomField", ["Lead.Only_Checked__c"]);
  assert.ok(!kept.some((one) => one.fullName), "a check-only deployment keeps nothing");
}

async function checkRecords(connection) {
  const company = connection.instanceUrl;
  const lead = await connection.sobject("Lead").create({ LastName: "Lind", Company: company });
  assert.equal(lead.success, true);
  const found = await connection.query(`SELECT Id, LastName FROM Lead WHERE Company = '${company}'`);
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

const routes = await checkHubSpot(crms.hubspot);
await checkSalesforce(crms.salesforce.http_url, crms.salesforce);
await checkSalesforce(crms.salesforce.https_url, crms.salesforce);
console.log(`3 passed, 0 failed; HubSpot: ${routes} routes`);
