/** The commit hook that `harness init --hooks` writes, as the source document has it: whitespace, the end of a file,
 *  YAML, large files, format, lint, quick unit tests. Plain sh, which Git brings on Windows too. */

/** Bytes above which a file has to be added on purpose (`git commit --no-verify`). */
const LARGEST = 500 * 1024;

/** @param last what runs when all else holds, one command */
export function preCommitHook(last: string): string {
  return `#!/bin/sh
# What a commit may not bring in. Turned on by: git config core.hooksPath .githooks
fail=0
git diff --cached --check || fail=1
files=$(git -c core.quotePath=false diff --cached --name-only --diff-filter=ACM)
IFS='
'
for file in $files; do
  size=$(git cat-file -s ":$file" 2>/dev/null) || continue
  if [ "$size" -gt ${LARGEST} ]; then
    echo "$file: $size bytes are more than ${LARGEST}; keep large files elsewhere"
    fail=1
    continue
  fi
  case $file in
    *.yml | *.yaml)
      git show ":$file" | node -e '
        const { parseAllDocuments } = require("yaml");
        const found = parseAllDocuments(require("fs").readFileSync(0, "utf8")).flatMap((each) => each.errors);
        for (const { message } of found) console.log(process.argv[1] + ": " + message);
        process.exitCode = found.length > 0 ? 1 : 0;
      ' "$file" || fail=1
      ;;
  esac
  if git diff --cached --numstat -- "$file" | grep -qv '^-' && [ "$size" -gt 0 ]; then
    if [ -n "$(git show ":$file" | tail -c 1)" ]; then
      echo "$file: does not end with a newline"
      fail=1
    fi
  fi
done
unset IFS
[ "$fail" -eq 0 ] || exit 1
npm run --silent --if-present check:format || exit 1
npm run --silent --if-present check:lint || exit 1
npm run --silent --if-present test:quick || exit 1
exec ${last}
`;
}
