"""Grades out over the network: stored reports sent to a system that has an API.

::

    senders     the table: name -> module, what it is for, the extra that it needs
    address     addresses and secrets as people give them, checked
    plan        what would change, per student: old -> new, or why nothing is sent
    journal     what was sent already, on disk before and after each write; one run at a time
    delivery    one student after the other: write, and where the answer was lost, look before writing again
    session     HTTP with time limits, which waits when it is told to
    comment     what a student reads beside the score, and the mark by which it is found again
    canvas, ags     what grades need of the two services, in our own values
    canvas_api, lti_ags     one module for each system

Nothing is written without being asked for: a plan is made by reading alone. After any failure, a second run finishes
the rest and sends nothing twice.
"""
