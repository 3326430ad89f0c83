# exercise: 21.1
# tries: does not compile, on a line that is full of escapes and markup
# expect: at most 0 points; student_error
# says: SyntaxError
import asyncio


async def fetchData(sourceId, delaySeconds):
    return "[2J]0;owned ‮[bold red]<script>alert(1)</script>" = ({
