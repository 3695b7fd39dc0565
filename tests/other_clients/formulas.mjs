// Evaluates formulas with formulon, an implementation of Salesforce's formula language that is not ours. Reads
// [{"formula", "fields": {name: {type, dataType, value, options}}}], prints [{"type", "value"} or {"error"}].
import { readFileSync } from "node:fs";
import formulon from "formulon";

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ formula, fields }) => {
  for (const field of Object.values(fields)) {
    if (field.dataType === "date") field.value = new Date(field.value);
  }
  try {
    const answer = formulon.parse(formula, fields);
    return answer.type === "error" ? { error: answer.message } : { type: answer.dataType, value: answer.value };
  } catch (error) {
    return { error: String(error.message) };
  }
});
process.stdout.write(JSON.stringify(answers));
