"""The list of what people of the desk do for themselves and each other, and what these verbs are plugged into."""

from os import urandom

from dependency_injector import providers

from helpdesk_adapters import factories
from helpdesk_adapters.outside import Outside
from helpdesk_core.use_cases.people.assign_tickets import AssignTickets, ChangePeopleSettings
from helpdesk_core.use_cases.people.invite_users import AcceptInvitation, InviteUser
from helpdesk_core.use_cases.people.log_in import LogIn, LogOut, RecogniseKey, RecogniseSession
from helpdesk_core.use_cases.people.mail_links import OpenLink
from helpdesk_core.use_cases.people.mail_notifications import ReadNotifications
from helpdesk_core.use_cases.people.manage_api_keys import CreateApiKey, RevokeApiKey
from helpdesk_core.use_cases.people.manage_people import (
    ChangePassword,
    CreateOrganization,
    CreateUser,
    DisableUser,
)
from helpdesk_core.use_cases.people.manage_second_factor import RemoveSecondFactor, TakeSecondFactor
from helpdesk_core.use_cases.people.manage_users import AddUser, ChangeUser, SetPassword
from helpdesk_core.use_cases.people.own_account import ChangeOwnAccount, ChangeOwnSettings
from helpdesk_core.use_cases.people.reset_passwords import AskForReset, ResetPassword
from helpdesk_core.use_cases.people.second_steps import FinishLogIn, JudgeCode, Passes
from helpdesk_core.use_cases.people.set_up_desk import SetUpDesk
from helpdesk_core.use_cases.people.tell_users import TellUsers
from helpdesk_core.use_cases.people.use_links import ReadLink


class PeopleVerbs(Outside):
    """Who works here, how they come in, what they are told of and what they are handed."""

    # What they need
    settings = Outside.settings
    clock = Outside.clock
    new_id = Outside.new_id
    new_token = Outside.new_token
    vault = Outside.vault
    passwords = Outside.passwords
    one_time_codes = Outside.one_time_codes
    store = Outside.store
    log_in_limit = providers.Callable(factories.log_in_limit, settings)
    page_links = providers.Singleton(factories.page_links, settings)

    # Organizations, users, programs
    create_organization = providers.Singleton(CreateOrganization, store, clock, new_id)
    create_user = providers.Singleton(CreateUser, store, passwords, clock, new_id)
    set_up_desk = providers.Singleton(SetUpDesk, store, passwords, clock, new_id, new_token)
    change_password = providers.Singleton(ChangePassword, store, passwords)
    disable_user = providers.Singleton(DisableUser, store, clock)
    add_user = providers.Singleton(AddUser, store, clock, new_id)
    change_user = providers.Singleton(ChangeUser, store, clock, new_id)
    set_password = providers.Singleton(SetPassword, store, passwords, clock, new_id)
    create_api_key = providers.Singleton(CreateApiKey, store, clock, new_id, new_token)
    revoke_api_key = providers.Singleton(RevokeApiKey, store, clock, new_id)

    # Coming in
    log_in = providers.Singleton(LogIn, store, passwords, clock, new_token, log_in_limit)
    log_out = providers.Singleton(LogOut, store)
    recognise_session = providers.Singleton(RecogniseSession, store, clock)
    recognise_key = providers.Singleton(RecogniseKey, store)
    open_link = providers.Singleton(OpenLink, vault, new_token)
    read_link = providers.Singleton(ReadLink, store, clock)
    invite_user = providers.Singleton(InviteUser, store, open_link, clock, new_id)
    accept_invitation = providers.Singleton(AcceptInvitation, store, passwords, read_link, clock, new_id)
    ask_for_reset = providers.Singleton(AskForReset, store, open_link, clock, new_id)
    reset_password = providers.Singleton(ResetPassword, store, passwords, read_link, clock, new_id)

    # The second factor
    passes = providers.Singleton(Passes, vault)
    judge_code = providers.Singleton(JudgeCode, one_time_codes, vault, clock, log_in_limit)
    finish_log_in = providers.Singleton(FinishLogIn, store, passes, judge_code, clock, new_token)
    take_second_factor = providers.Singleton(
        TakeSecondFactor,
        store,
        one_time_codes,
        vault,
        judge_code,
        providers.Object(urandom),
        clock,
        new_id,
    )
    remove_second_factor = providers.Singleton(RemoveSecondFactor, store, judge_code, clock, new_id)

    # What is theirs, and what they are told and handed
    change_own_account = providers.Singleton(
        ChangeOwnAccount, store, passwords, clock, new_id, new_token, log_in_limit
    )
    change_own_settings = providers.Singleton(ChangeOwnSettings, store)
    change_people_settings = providers.Singleton(ChangePeopleSettings, store, clock, new_id)
    read_notifications = providers.Singleton(ReadNotifications, store, clock)
    tell_users = providers.Singleton(TellUsers, clock, new_id)
    assign_tickets = providers.Singleton(AssignTickets, clock, new_id)
